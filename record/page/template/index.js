"use strict";
// What is shown of the list is in the address, and can be passed on: #state=failed&words=cut
const rows = [...document.querySelectorAll("tbody tr")].map(row => ({row, text: row.textContent.toLowerCase()}));
const buttons = [...document.querySelectorAll("button")], filter = document.getElementById("filter");
let state = "";

function sift() {
	const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
	for (const {row, text} of rows) row.hidden = (state && row.dataset.outcome !== state) || !words.every(word => text.includes(word));
	for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.outcome === state));
	document.getElementById("none").hidden = rows.some(({row}) => !row.hidden);
}

function remember() {
	const said = new URLSearchParams();
	if (state) said.set("state", state);
	if (filter.value) said.set("words", filter.value);
	history.replaceState(null, "", String(said) ? "#"+said : location.pathname+location.search);
	sift();
}

function follow() {
	const said = new URLSearchParams(location.hash.slice(1));
	state = said.get("state") ?? "";
	filter.value = said.get("words") ?? "";
	sift();
}

for (const button of buttons) button.addEventListener("click", () => { state = button.dataset.outcome; remember(); });
filter.addEventListener("input", remember);
addEventListener("hashchange", follow);
follow();
