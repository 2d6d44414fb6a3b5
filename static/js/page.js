// Small comforts of any page. Nothing here is needed to do anything.

// A back link goes back in the history when the person came from this site.
const back = document.querySelector("a[data-back]");
if (back && document.referrer.startsWith(location.origin) && history.length > 1) {
  back.addEventListener("click", (event) => {
    event.preventDefault();
    history.back();
  });
}

// Print buttons exist only where printing can be started.
for (const button of document.querySelectorAll("button[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
