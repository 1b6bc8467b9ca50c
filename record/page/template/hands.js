// Pointers, wheel and keys.
const leastView = 20; // microseconds

function setView(from, to) {
	const w = Math.min(Math.max(to-from, leastView), run.until), mid = (from+to)/2;
	from = Math.max(0, Math.min(mid-w/2, run.until-w));
	view = [Math.round(from), Math.round(from+w)];
	draw();
	settle();
}

// around returns what to show for a time to be in the middle.
function around(t, w) {
	const from = Math.max(0, Math.min(t-w/2, run.until-w));
	return [from, from+w];
}

function goTo(t) {
	cursor = Math.round(Math.max(0, Math.min(run.until, t)));
	if (cursor < view[0] || cursor > view[1]) setView(...around(cursor, view[1]-view[0]));
	else {
		drawCursor();
		settle();
	}
}

const zoom = (factor, t) => setView(t-(t-view[0])*factor, t+(view[1]-t)*factor);
const pan = share => setView(view[0]+share*(view[1]-view[0]), view[1]+share*(view[1]-view[0]));
const middle = () => Math.min(Math.max(cursor, view[0]), view[1]);

const acts = {
	ArrowLeft: () => pan(-.2), ArrowRight: () => pan(.2),
	"+": () => zoom(.6, middle()), "=": () => zoom(.6, middle()), "-": () => zoom(1/.6, middle()),
	0: () => setView(0, run.until),
	n: () => goTo(run.stops.find(t => t > cursor) ?? cursor),
	p: () => goTo(run.stops.findLast(t => t < cursor) ?? cursor),
	f: () => goTo(run.end),
	d: () => changeTheme(theme() === "dark" ? "light" : "dark"),
	o: () => fold(!folded),
	g: toggleGood,
	"/": () => byId("filter").focus(),
	"?": () => byId("help").showModal(),
};

function act(key) {
	if (!Object.hasOwn(acts, key)) return false;
	acts[key]();
	return true;
}

function listenToKeys() {
	document.addEventListener("keydown", e => {
		if (e.target.matches("input") && e.key === "Escape") {
			e.target.value = "";
			sift("");
			lanesCanvas.focus();
		}
		if (e.target.matches("input") || e.ctrlKey || e.metaKey || e.altKey || byId("help").open) return;
		if (act(e.key)) e.preventDefault();
	});
	document.addEventListener("click", e => {
		const to = e.target.closest("[data-t], a[href^='#t=']");
		if (!to) return;
		e.preventDefault();
		goTo(to.dataset.t !== undefined ? +to.dataset.t : parseFloat(to.getAttribute("href").slice(3))*second);
	});
	byId("filter").addEventListener("input", e => sift(e.target.value));
}

function sift(words) {
	sought = words.trim().toLowerCase();
	drawLog();
}

const placeIn = (canvas, e) => {
	const box = canvas.getBoundingClientRect();
	return [(e.clientX-box.left)*width/box.width, (e.clientY-box.top)*width/box.width];
};

// listenToLanes: a drag with a mouse zooms to what it marks, one with a finger or shift moves, two fingers zoom,
// and a click moves the cursor.
function listenToLanes() {
	const fingers = new Map();
	let drag = null;
	lanesCanvas.addEventListener("pointerdown", e => {
		const [x, y] = placeIn(lanesCanvas, e);
		fingers.set(e.pointerId, x);
		if (fingers.size === 2) drag = {kind: "pinch", apart: spread(fingers), view: [...view]};
		else if (x >= gutter-4) drag = {kind: e.shiftKey || e.button === 1 || e.pointerType === "touch" ? "pan" : "mark", from: x, to: x, y, view: [...view]};
		else return;
		lanesCanvas.setPointerCapture(e.pointerId);
	});
	lanesCanvas.addEventListener("pointermove", e => {
		const [x, y] = placeIn(lanesCanvas, e);
		if (fingers.has(e.pointerId)) fingers.set(e.pointerId, x);
		if (!drag) return hoverAt(x, y, e);
		drag.to = x;
		const [a, b] = drag.view, w = width-gutter-rightEdge;
		if (drag.kind === "pan") setView(a-(x-drag.from)/w*(b-a), b-(x-drag.from)/w*(b-a));
		if (drag.kind === "pinch") {
			const k = drag.apart/Math.max(8, spread(fingers)), mid = (a+b)/2;
			setView(mid-(mid-a)*k, mid+(b-mid)*k);
		}
		if (drag.kind === "mark") markFrom(drag, e);
	});
	const end = e => {
		const d = drag;
		fingers.delete(e.pointerId);
		drag = null;
		byId("brush").hidden = true;
		tip("");
		if (!d || d.kind === "pinch" || e.type === "pointercancel") return;
		const [from, to] = [d.from, d.to].map(clampX).sort((a, b) => a-b);
		if (to-from < 5) choose(d.from, d.y, e);
		else if (d.kind === "mark") setView(tOf(from), tOf(to));
	};
	lanesCanvas.addEventListener("pointerup", end);
	lanesCanvas.addEventListener("pointercancel", end);
	lanesCanvas.addEventListener("pointerleave", () => {
		byId("hover").hidden = true;
		tip("");
	});
	lanesCanvas.addEventListener("dblclick", () => setView(0, run.until));
	lanesCanvas.addEventListener("wheel", wheel, {passive: false});
}

const spread = fingers => {
	const x = [...fingers.values()];
	return Math.abs(x[0]-x[1]);
};

// choose moves the cursor to what was clicked; a finger gets to read what floats over it.
function choose(x, y, e) {
	const what = at(x, y);
	goTo(what.kind === "frame" ? what.sent : ["fault", "verb", "operation", "differ", "first"].includes(what.kind) && xOf(what.item.t) >= gutter ? what.item.t : tOf(clampX(x)));
	if (e.pointerType === "touch") tip(what.text, e);
}

function markFrom(drag, e) {
	const [from, to] = [drag.from, drag.to].map(clampX).sort((a, b) => a-b), brush = byId("brush");
	brush.hidden = to-from < 5;
	brush.style.left = from/width*100+"%";
	brush.style.width = (to-from)/width*100+"%";
	tip(brush.hidden ? "" : span(tOf(to)-tOf(from)), e);
}

function hoverAt(x, y, e) {
	const line = byId("hover");
	line.hidden = x < gutter || x > width-rightEdge;
	line.style.left = x/width*100+"%";
	tip(at(x, y).text, e);
}

// tip floats a text near the pointer.
function tip(words, e) {
	const box = byId("tip");
	box.hidden = !words;
	if (!words) return;
	box.textContent = words;
	const {offsetWidth: w, offsetHeight: h} = box;
	box.style.left = Math.max(4, Math.min(e.clientX+14, innerWidth-w-6))+"px";
	box.style.top = (e.clientY+20+h > innerHeight ? Math.max(4, e.clientY-h-12) : e.clientY+20)+"px";
}

function wheel(e) {
	const sideways = Math.abs(e.deltaX) > Math.abs(e.deltaY) ? e.deltaX : e.shiftKey ? e.deltaY : 0;
	if (!e.ctrlKey && !e.metaKey && !sideways) return; // it scrolls the page
	e.preventDefault();
	if (sideways) pan(sideways/width);
	else zoom(Math.exp(e.deltaY*.003), tOf(clampX(placeIn(lanesCanvas, e)[0])));
}

// listenToOver: the window in the overview can be moved, its edges too, and a new one be drawn.
function listenToOver() {
	let hold = null;
	const time = e => wholeT(placeIn(overCanvas, e)[0]), top = byId("top");
	top.addEventListener("pointerdown", e => {
		const t = time(e), near = 8*run.until/(width-gutter), [a, b] = view, all = b-a >= run.until;
		if (placeIn(overCanvas, e)[0] < gutter-8) return;
		if (Math.abs(t-a) < near && !all) hold = {fixed: b};
		else if (Math.abs(t-b) < near && !all) hold = {fixed: a};
		else if (t > a && t < b && !all) hold = {offset: t-a, w: b-a};
		else hold = {fixed: t};
		hold.from = t;
		top.setPointerCapture(e.pointerId);
	});
	top.addEventListener("pointermove", e => {
		if (!hold) return;
		const t = time(e);
		hold.moved ||= Math.abs(t-hold.from) > run.until/width*4;
		if (!hold.moved) return;
		if (hold.w) setView(t-hold.offset, t-hold.offset+hold.w);
		else setView(Math.min(t, hold.fixed), Math.max(t, hold.fixed));
	});
	top.addEventListener("pointerup", e => {
		if (hold && !hold.moved) goTo(time(e));
		hold = null;
	});
	top.addEventListener("wheel", wheel, {passive: false});
}
