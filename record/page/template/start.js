// How the page comes to be, and comes to be drawn again.
let due = 0, settling = 0;

// paint draws everything that is on a canvas.
function paint() {
	prepare(lanesCanvas, pen, height);
	drawLanes();
	drawAbove();
	drawArrows();
	drawGood();
	drawOver();
	drawCursor();
}

// draw paints before the browser shows its next picture, once for all that changed.
function draw() {
	due ||= requestAnimationFrame(() => {
		due = 0;
		paint();
	});
}

// settle does what can wait until a movement ends: the text beside and beneath, the folding, and the address.
function settle() {
	clearTimeout(settling);
	settling = setTimeout(() => {
		if (folded) {
			arrange();
			paint();
		}
		tell();
	}, 60);
	remember();
}

// tell brings all text to what is in sight.
function tell() {
	drawSide();
	drawLog();
	const hidden = lanes.reduce((n, l) => n+l.hidden.length, 0), all = lanes.length*run.n;
	byId("fold").textContent = folded ? `Only what differs: ${hidden} of ${count(all, "line")} folded` : "Only what differs";
	byId("fold").setAttribute("aria-pressed", String(folded));
	byId("good-run")?.setAttribute("aria-pressed", String(!alone));
}

function drawCursor() {
	const x = xOf(cursor), sees = x >= gutter-1 && x <= width-rightEdge+1;
	for (const id of ["cursor", "mark"]) {
		byId(id).hidden = !sees;
		byId(id).style.left = x/width*100+"%";
		byId(id).classList.toggle("failure", !!run.failure && Math.abs(x-xOf(run.failure.t)) < 1);
	}
	byId("mark").textContent = nameTime(cursor);
	byId("mark").classList.toggle("end", x > width-120);
}

// rearrange puts everything in its place once more.
function rearrange() {
	arrange();
	paint();
	tell();
	remember();
}

function fold(on) {
	chosenFold = folded = on;
	rearrange();
}

const dark = matchMedia("(prefers-color-scheme: dark)");
const theme = () => document.documentElement.dataset.theme;

function setTheme(name) {
	document.documentElement.dataset.theme = name;
	mix();
}

function changeTheme(name) {
	chosenTheme = name;
	setTheme(name);
	rearrange();
}

function addTools() {
	const button = (id, words, title, key) => make("button", {id, title: `${title} (${key})`, onclick: () => act(key)}, words);
	if (good) byId("tools").append(button("good-run", "The run that passed", "Show the run of this spec that passed, or not", "g"));
	byId("tools").append(button("fold", "", "Leave out the lines that are as most, and that nothing happened to", "o"),
		button("theme", "Dark or light", "Change the colors", "d"), button("ask", "?", "What can be done here", "?"));
	byId("place").addEventListener("click", e => navigator.clipboard?.writeText(e.target.textContent));
	const keys = [["drag", "zoom to that"], ["shift drag,a finger", "move"], ["ctrl wheel,two fingers", "zoom"], ["+,-", "zoom at the cursor"], ["←,→", "move"], ["0", "show everything"],
		["n,p", "to the next, the previous event"], ["f", "to the failure"], ["o", "only what differs"], ...good ? [["g", "with the run that passed, or without"]] : [], ["/", "filter the log"], ["d", "dark or light"], ["?", "this"]];
	byId("help").append(make("h2", {}, "What can be done here"),
		make("dl", {}, ...keys.flatMap(([key, words]) => [make("dt", {}, ...key.split(",").flatMap(k => [make("kbd", {}, k), " "])), make("dd", {}, words)])),
		make("p", {}, "The address of this page is that of what it shows: pass it on."),
		make("form", {method: "dialog"}, make("button", {autofocus: true}, "Close")));
}

function addStalls() {
	for (const stall of run.record.stalls || []) {
		byId("stalls").append(make("h2", {}, `When ${stall.what} timed out, at ${moment(stall.t)}`));
		for (const g of stall.where || []) {
			const whose = g.roles?.length ? list(g.roles.map(r => run.roles[r])) : "the spec";
			byId("stalls").append(make("h3", {}, `${count(g.count, "goroutine")} of ${whose}`), make("pre", {}, g.stack));
		}
	}
}

function addFoot() {
	const r = run.record, left = run.left;
	const facts = [`${r.variant} variant`, r.labels?.length && "labels "+list(r.labels), `seed ${r.seed} (Ginkgo's ${r.ginkgoSeed})`, r.process > 1 && `process ${r.process}`, r.attempt > 1 && `attempt ${r.attempt}`,
		`began ${r.began.replace("T", " ").replace(/\.\d+/, "")}`, `took ${span(run.until)}`, count(run.frames.n, "frame"), left.frames && `${count(left.frames, "earlier frame")} as counts, before ${moment(run.complete)}`,
		left.operations && count(left.operations, "operation")+" not kept", left.views && count(left.views, "view")+" not kept", left.barriers && count(left.barriers, "barrier")+" not kept"];
	byId("foot").append(facts.filter(Boolean).join(" · "));
}

function listen() {
	listenToKeys();
	listenToLanes();
	listenToOver();
	new ResizeObserver(() => {
		document.documentElement.style.setProperty("--head", byId("answer").offsetHeight+"px");
		if (byId("plot").clientWidth !== width) rearrange();
	}).observe(byId("plot"));
	new ResizeObserver(() => document.documentElement.style.setProperty("--head", byId("answer").offsetHeight+"px")).observe(byId("answer"));
	addEventListener("hashchange", () => {
		follow();
		setTheme(chosenTheme || (dark.matches ? "dark" : "light"));
		drawRoles();
		rearrange();
	});
	dark.addEventListener("change", () => chosenTheme || (setTheme(dark.matches ? "dark" : "light"), rearrange()));
	let before = "";
	addEventListener("beforeprint", () => {
		before = theme();
		setTheme("light");
		paint();
		document.documentElement.style.setProperty("--print", Math.min(100, 105*width/(height+overHeight))+"%"); // of the page's width, for it to fit its height
	});
	addEventListener("afterprint", () => {
		setTheme(before);
		paint();
	});
}

// broken says on the page what went wrong with it.
function broken(error) {
	document.documentElement.dataset.error = String(error?.stack || error);
	const p = document.createElement("p");
	p.className = "broken";
	p.textContent = `This page could not be drawn: ${error?.message || error}`;
	document.querySelector("main").before(p);
}

async function start() {
	const began = performance.now();
	run = modelOf(await unpack("record"));
	run.lines = linesOf(run);
	run.logs = roles(run.n, role => run.lines.filter(l => l.role === role));
	run.stops = stopsOf(run);
	pageRun = run;
	await addGood();
	follow();
	setTheme(chosenTheme || (dark.matches ? "dark" : "light"));
	addTools();
	addStalls();
	addFoot();
	drawKey();
	drawRoles();
	lanesCanvas.setAttribute("aria-label", "What each node believed and heard. The sentences above say what matters; the table and the log say it in text.");
	listen();
	arrange();
	paint();
	tell();
	requestAnimationFrame(() => setTimeout(() => {
		document.documentElement.dataset.drawnMs = (performance.now()-began).toFixed(1);
		document.documentElement.dataset.ready = "";
	}));
}

addEventListener("error", e => broken(e.error || e.message));
addEventListener("unhandledrejection", e => broken(e.reason));
start().catch(broken);
