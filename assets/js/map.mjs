// The map by room left: areas, and for the desks the lines and transformers near what is looked at.
// It draws what stands in the page and asks no other host. The table beside it says the same.
import { Control, GeoJSON, Map as LeafletMap, circleMarker } from "leaflet/dist/leaflet-src.esm.js";

const box = document.querySelector("[data-map]");
const said = document.querySelector("[data-map-said]");
const read = (id) => JSON.parse(document.getElementById(id).textContent);
const words = read("map-words");
const SETTLED_MS = 150;

/** What is told of an area or an element, as elements: nothing of it is read as HTML. */
function told({ name, word, lines, url }) {
  const found = document.createElement("div");
  for (const [tag, text] of [["strong", name], ["p", word], ...lines.map((line) => ["p", line])]) {
    const part = document.createElement(tag);
    part.textContent = text;
    found.append(part);
  }
  if (url) {
    const link = document.createElement("a");
    link.className = "td-link";
    link.href = url;
    link.textContent = words.open;
    found.append(link);
  }
  return found;
}

/** Lets whoever has a keyboard come to a shape and open what is told of it. */
function reachable(layer, { name, word }) {
  const shape = layer.getElement();
  shape.setAttribute("tabindex", "0");
  shape.setAttribute("role", "button");
  shape.setAttribute("aria-label", `${name}: ${word}`);
  shape.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    layer.openPopup();
  });
}

const apart = (a, b) =>
  a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top;

/** Leaves out of a label what does not fit its area or covers another: the name, then the word. */
function label(map, layer, taken) {
  const bounds = layer.getBounds();
  const size = map
    .latLngToLayerPoint(bounds.getSouthEast())
    .subtract(map.latLngToLayerPoint(bounds.getNorthWest()));
  const { name, word } = layer.feature.properties;
  const text = document.createElement("span");
  for (const lines of [[name, word], [word]]) {
    text.replaceChildren(
      ...lines.flatMap((line, index) => (index ? [document.createElement("br"), line] : [line])),
    );
    layer.setTooltipContent(text);
    const shown = layer.getTooltip().getElement();
    shown.hidden = false;
    layer.getTooltip().update();
    const place = shown.getBoundingClientRect();
    const fits = place.width <= size.x && place.height <= size.y;
    if (fits && taken.every((other) => apart(place, other))) {
      taken.push(place);
      return;
    }
    shown.hidden = true;
  }
}

function areasOn(map) {
  const areas = new GeoJSON(read("map-drawn"), {
    style: ({ properties }) => ({
      className: `td-map-area td-map-edge--${properties.room}`,
      fillColor: `url(#td-room-${properties.room})`,
      fillOpacity: 1,
    }),
    onEachFeature: (feature, layer) => {
      layer.bindPopup(() => told(feature.properties));
      layer.bindTooltip("", { permanent: true, direction: "center", className: "td-map-label" });
    },
  }).addTo(map);
  areas.eachLayer((layer) => reachable(layer, layer.feature.properties));
  const labelled = () => {
    const taken = [];
    areas.eachLayer((layer) => label(map, layer, taken));
  };
  const chosen = areas.getLayers().find((layer) => layer.feature.id === box.dataset.chosen);
  const shown = (chosen ?? areas).getBounds();
  const fit = () => {
    if (shown.isValid()) map.fitBounds(shown, { padding: [8, 8], animate: false });
    labelled();
  };
  map.on("zoomend", labelled);
  map.on("resize", fit);
  fit();
}

/** Draws the elements in what is looked at, anew whenever that has come to rest. */
function elementsOn(map, url) {
  const elements = new GeoJSON(null, {
    style: ({ properties }) => ({ className: `td-map-element td-map-edge--${properties.room}` }),
    pointToLayer: (feature, place) => circleMarker(place, { radius: 5 }),
    onEachFeature: (feature, layer) => layer.bindPopup(() => told(feature.properties)),
  }).addTo(map);
  let asked = new AbortController();
  const say = (text) => {
    said.textContent = text;
    said.hidden = !text;
  };
  async function draw() {
    asked.abort();
    asked = new AbortController();
    const { signal } = asked;
    try {
      const answer = await fetch(`${url}?bbox=${map.getBounds().toBBoxString()}`, {
        signal,
        headers: { Accept: "application/json" },
      });
      if (!answer.ok) throw new Error(String(answer.status));
      const found = await answer.json();
      elements.clearLayers().addData(found);
      elements.eachLayer((layer) => reachable(layer, layer.feature.properties));
      say(found.more ? words.more : "");
    } catch (error) {
      if (error.name !== "AbortError") say(words.failed);
    }
  }
  let settling = 0;
  map.on("moveend", () => {
    clearTimeout(settling);
    settling = setTimeout(draw, SETTLED_MS);
  });
  draw();
}

for (const part of document.querySelectorAll("[data-map], [data-map-legend]")) part.hidden = false;
const map = new LeafletMap(box, {
  center: [29.35, 104.77],
  zoom: 10,
  minZoom: 7,
  maxZoom: 18,
  zoomSnap: 0.25,
  zoomControl: false,
  attributionControl: false,
  // The page is scrolled by the wheel; the map is zoomed by its buttons and by two fingers.
  scrollWheelZoom: false,
  fadeAnimation: false,
  zoomAnimation: false,
});
box.setAttribute("role", "region");
box.setAttribute("aria-label", box.dataset.name);
new Control.Zoom({ zoomInTitle: words.zoomIn, zoomOutTitle: words.zoomOut }).addTo(map);
new Control.Scale({ imperial: false }).addTo(map);
if (box.dataset.approval) {
  new Control.Attribution({ prefix: false }).addAttribution(box.dataset.approval).addTo(map);
}
map.on("popupopen", ({ popup }) => {
  const close = popup.getElement().querySelector(".leaflet-popup-close-button");
  close.setAttribute("aria-label", words.close);
});
areasOn(map);
if (box.dataset.elements) elementsOn(map, box.dataset.elements);
