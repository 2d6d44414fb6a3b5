// Fills a point of a form from where the device is, at its owner's wish. Nothing here is needed: a
// place in words is enough.

const button = document.querySelector("button[data-place]");
if (button && navigator.geolocation && window.isSecureContext) {
  const said = document.querySelector("[data-place-said]");
  const [longitude, latitude] = ["longitude", "latitude"].map((name) =>
    document.querySelector(`[name="${name}"]`),
  );
  button.closest("[data-place-box]").hidden = false;
  button.addEventListener("click", () => {
    said.textContent = button.dataset.waiting;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        longitude.value = coords.longitude.toFixed(6);
        latitude.value = coords.latitude.toFixed(6);
        said.textContent = button.dataset.found;
      },
      () => {
        said.textContent = button.dataset.refused;
      },
      { enableHighAccuracy: true, timeout: 15000, maximumAge: 60000 },
    );
  });
}
