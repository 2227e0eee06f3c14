"""Our icons: strokes on a field of 24 by 24, drawn for these pages."""

from typing import Final

ICONS: Final = {
    "overview": '<path d="M4 20V11M10 20V4M16 20v-6M21 20H3"/>',
    "setup": '<path d="M3 20h5v-5h5v-5h5V5h3"/>',
    "account": '<path d="M5 21V5l8-2v18M13 9l6 2v10M3 21h18M8.5 8v.01M8.5 12v.01M8.5 16v.01M16 15v.01"/>',
    "decision": '<path d="M4 6h9M4 12h6M4 18h9M15 15l2.5 2.5L22 13"/>',
    "set-aside": '<path d="M3 13l3-8h12l3 8v6H3zM3 13h5l1.5 3h5l1.5-3h5"/>',
    "explain": '<circle cx="11" cy="11" r="7"/><path d="M16 16l5 5M9 9a2 2 0 1 1 2 2v1M11 14v.01"/>',
    "in": '<path d="M18 6L6 18M6 9v9h9"/>',
    "out": '<path d="M6 18L18 6M9 6h9v9"/>',
    "person": '<circle cx="12" cy="8" r="4"/><path d="M4 21c1-5 4-7 8-7s7 2 8 7"/>',
    "mail": '<path d="M3 6h18v13H3zM3 7l9 6 9-6"/>',
    "clip": '<path d="M20 11l-8 8a5 5 0 0 1-7-7l8-8a3.4 3.4 0 0 1 5 5l-8 8a1.7 1.7 0 0 1-2.5-2.5L15 7"/>',
    "moon": '<path d="M20 14A8.5 8.5 0 0 1 10 4a8.5 8.5 0 1 0 10 10z"/>',
    "leave": '<path d="M10 4H4v16h6M9 12h12M17 8l4 4-4 4"/>',
    "delete": '<path d="M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13M10 11v5M14 11v5"/>',
    "wait": '<circle cx="12" cy="12" r="9"/><path d="M12 7v5l3.5 2"/>',
    "check": '<path d="M5 13l4.5 4.5L20 7"/>',
    "stop": '<circle cx="12" cy="12" r="9"/><path d="M6 18L18 6"/>',
    "next": '<path d="M9 5l7 7-7 7"/>',
    "more": '<path d="M5 9l7 7 7-7"/>',
    "less": '<path d="M5 15l7-7 7 7"/>',
    "lock": '<path d="M5 11h14v10H5zM8 11V7.5a4 4 0 0 1 8 0V11"/>',
    "search": '<circle cx="11" cy="11" r="7"/><path d="M16 16l5 5"/>',
    "eye": '<path d="M2 12c3-5 6-7 10-7s7 2 10 7c-3 5-6 7-10 7s-7-2-10-7z"/><circle cx="12" cy="12" r="3"/>',
    "key": '<circle cx="8" cy="15" r="4"/><path d="M11 12l9-9M16 7l3 3M19 4l2 2"/>',
    "switch": '<path d="M4 8h15l-4-4M20 16H5l4 4"/>',
    "work": '<path d="M4 11a8 8 0 0 1 13.7-4.7L20 8.5M20 4v4.5h-4.5M20 13a8 8 0 0 1-13.7 4.7L4 15.5M4 20v-4.5h4.5"/>',
    "add": '<path d="M12 5v14M5 12h14"/>',
    "edit": '<path d="M4 20l1-4L16 5l3 3L8 19zM14 7l3 3"/>',
    "role": '<path d="M12 3l7 3v5c0 5-3 8-7 10-4-2-7-5-7-10V6zM9 11.5l2 2 4-4"/>',
    "collecting": '<path d="M4 14v6h16v-6M12 3v10M8 9.5l4 4 4-4M8 17h8"/>',
    "data": '<circle cx="9" cy="8" r="3.5"/><path d="M3 20c.6-4 3-6 6-6M14 14h7M14 17.5h7M14 21h4"/>',
    "organization": '<path d="M9 3h6v6H9zM3 15h6v6H3zM15 15h6v6h-6zM12 9v3M6 15v-3h12v3"/>',
}
"""Name → the inside of an ``<svg>``."""
