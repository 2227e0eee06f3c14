// On a phone the menu scrolls sideways: the entry of the page one is on is brought into sight.

document.querySelector(".side-nav [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
