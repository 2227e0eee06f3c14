// The script of every page: htmx, and our small islands. Pages must work without it, only less smoothly.

import htmx from "htmx.org";
import "./copy";
import "./keyboard";
import "./menu";
import "./theme-switch";

// The content security policy allows neither inline style nor eval.
htmx.config.includeIndicatorStyles = false;
htmx.config.allowEval = false;
htmx.config.allowScriptTags = false;
htmx.config.selfRequestsOnly = true;
htmx.config.historyCacheSize = 0; // pages hold customers' mail: none of it is left in the browser's storage
