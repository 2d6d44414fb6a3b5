// Runs before the page is drawn: tells the stylesheet that scripts run.
document.body.classList.add("js-enabled", "td-frontend-supported");
