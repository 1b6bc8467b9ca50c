// The lanes: what each node believes, and what came to it.

const fills = {self: "self", up: "up", unreachable: "unreachable", joining: "joining", leaving: "leaving", exiting: "leaving", down: "down", off: "off", unknown: "unknown", mute: "unknown"};

function drawLanes() {
	drawGrid();
	for (const lane of lanes) {
		drawNames(lane);
		if (lane.leader !== null) drawLeader(lane);
		lane.lines.forEach((line, of) => drawBelief(lane, line, of));
		if (lane.hidden.length) drawHidden(lane);
		drawBarriers(lane);
		drawFoot(lane);
		drawLife(lane);
	}
	for (const lane of lanes) lane.lines.forEach((line, of) => drawFaults(lane.role, line, of));
	drawTraffic();
	if (run.failure) {
		const x = xOf(run.failure.t);
		if (x >= gutter-1 && x <= width-rightEdge+1) rect(pen, Math.round(x)-1, upper, 2, lower-upper, ink.bad);
	}
}

function drawGrid() {
	for (const tick of ticks(view[0], view[1], 1/scale())) rect(pen, Math.round(xOf(tick.t)), upper, 1, lower-upper, ink.line);
}

function drawNames(lane) {
	const wrong = run.failure?.rows?.find(r => r.role === lane.role), sign = wrong ? (wrong.ok ? "✓" : "✗") : "";
	const y = lane.top+8, room = names-14-(sign ? 14 : 0);
	const w = text(pen, "bold", run.roles[lane.role], 8, y, sign === "✗" ? ink.bad : ink.ink, room);
	if (sign) text(pen, "bold", sign, 8+w+5, y, sign === "✗" ? ink.bad : ink.soft);
	const life = run.lives[lane.role].at(Math.min(run.end, view[1]));
	const state = life.state !== "running" ? life.state : life.incarnation > 1 ? "#"+life.incarnation : run.polled[lane.role] ? "polled" : "";
	text(pen, "small", state, 8, y+15, ink.soft, gutter-40);
	const label = (words, y, color) => text(pen, "small", words, gutter-6, y, color, gutter-names-8, "right");
	if (lane.leader !== null) label("leader", lane.leader+leaderHeight/2+1, ink.soft);
	lane.lines.forEach((line, of) => label(of === lane.role ? "itself" : run.roles[of], line.y+line.h/2+1, of === lane.role ? ink.ink : ink.soft));
}

function drawLeader(lane) {
	const y = lane.leader, h = leaderHeight, mid = y+h/2+1;
	let free = gutter;
	run.leaders[lane.role].each(view[0], view[1], (value, t, end) => {
		const s = pixels(t, Math.min(end, run.until));
		if (!s || value === "off" || value === undefined) return;
		if (value < 0) rect(pen, s.x, y+h/2-1, s.w, 1, ink.soft);
		else {
			rect(pen, s.x, y, s.w, h, ink.leaders[value%ink.leaders.length]);
			rect(pen, s.x, y, Math.min(2, s.w), h, ink.ink);
		}
		if (run.polled[lane.role] && t > view[0]) rect(pen, s.x-3, y, 4, h, hatches.polled);
		const room = s.w-6, full = leaderText(run, lane.role, value), words = widthIn("small", full) <= room ? full : value < 0 ? "" : run.roles[value];
		if (s.x+4 < free || !words) return;
		if (value < 0) rect(pen, s.x+4, y, widthIn("small", words)+6, h, ink.bg);
		const w = text(pen, "small", words, s.x+(value < 0 ? 7 : 5), mid, ink.ink, room);
		if (w) free = s.x+8+w;
	});
}

function drawBelief(lane, line, of) {
	const {y, h} = line;
	run.beliefs[lane.role][of].each(view[0], view[1], (value, t, end) => {
		const s = pixels(t, Math.min(end, run.until));
		if (!s) return;
		rect(pen, s.x, y, s.w, h, ink[fills[value]] ?? (value in meanings ? ink.bg : ink.joining));
		const pattern = hatches[value];
		if (pattern) rect(pen, s.x, y, s.w, h, pattern);
		if (value === "gone") {
			rect(pen, s.x, y+h-1, s.w, 1, ink.line);
			rect(pen, s.x, y, s.w, 1, ink.line);
		}
		const letter = letterOf(value);
		if (letter && value !== "off" && value !== "gone" && s.w >= 14 && h >= 9) {
			rect(pen, s.x+1, y, 10, h, ink[fills[value]] ?? ink.bg);
			text(pen, "tiny", letter, s.x+3, y+h/2+1, {down: ink.bg, unreachable: ink["unreachable-ink"]}[value] ?? ink.ink);
		}
		if (run.polled[lane.role] && t > view[0] && value !== "off") rect(pen, s.x-3, y, 4, h, hatches.polled);
	});
}

// drawLife says why a lane does not run, and which incarnation does: on the line of itself, which has no ticks.
function drawLife(lane) {
	const line = lane.lines[lane.role] ?? (lane.leader !== null && {y: lane.leader, h: leaderHeight});
	if (!line) return;
	run.lives[lane.role].each(view[0], view[1], (life, t, end) => {
		const s = pixels(t, Math.min(end, run.until)), runsThen = life.state === "running";
		const words = !runsThen ? life.state : life.incarnation > 1 && lane.lines[lane.role] ? "#"+life.incarnation : "";
		if (!s || !words || s.w < widthIn("label", words)+14) return;
		if (!runsThen) rect(pen, s.x+4, line.y, widthIn("label", words)+8, line.h, ink.bg);
		text(pen, "label", words, s.x+(runsThen ? 4 : 8), line.y+line.h/2+1, ink.ink);
	});
}

function drawHidden(lane) {
	text(pen, "small", `${lane.hidden.length} folded`, gutter-6, lane.rest+6, ink.soft, gutter-12, "right");
}

// drawBarriers shows how long a role waited at barriers, and which, where that is to be seen.
function drawBarriers(lane) {
	for (const b of run.barriers[lane.role]) {
		const s = pixels(b.t, b.end ?? run.until), color = b.error ? ink.bad : ink.wait, words = `barrier ${b.name}`;
		if (!s || s.w < 3) continue;
		rect(pen, s.x, lane.foot+2, s.w, 1, color);
		if (s.opens) rect(pen, s.x, lane.foot, 1, 5, color);
		if (s.w > widthIn("small", words)+8) text(pen, "small", words, s.x+4, lane.foot+10, color);
	}
}

// drawFoot marks the lines of a role's log.
function drawFoot(lane) {
	let last = -9;
	for (const l of run.logs[lane.role]) {
		if (l.t < view[0] || l.t > view[1]) continue;
		const x = Math.round(xOf(l.t));
		if (x-last < 4 && !l.bad) continue;
		last = x;
		pen.fillStyle = l.bad ? ink.bad : ink.soft;
		pen.beginPath();
		pen.arc(x, lane.foot+2.5, l.bad ? 2.5 : 1.6, 0, 7);
		pen.fill();
	}
}

function drawFaults(role, line, of) {
	const link = linkOf(run, of, role);
	for (const o of run.others[link]) {
		const s = pixels(o.t, o.end);
		if (s) box(pen, s, line.y, line.h, ink.other, true);
	}
	for (const c of run.cuts[link]) {
		const s = pixels(c.t, c.end);
		if (s) box(pen, s, line.y, line.h, ink.cut, false);
	}
}

// columns counts for each pixel what of a link is in it: frames of that list, and what buckets say of earlier ones.
function columns(list, buckets, counts) {
	const k = scale(), n = counts.length;
	for (let i = before(list.t, view[0]), b = after(list.t, view[1]); i < b; i++) counts[Math.min(n-1, (list.t[i]-view[0])*k | 0)]++;
	for (const b of buckets) {
		const from = Math.max(0, Math.floor((b.t-view[0])*k)), to = Math.min(n-1, Math.floor((b.t+b.width-view[0])*k));
		for (let x = from; x <= to && b.n; x++) counts[x] += b.n/(Math.max(1, b.width*k));
	}
}

// drawTraffic draws what came from below, and what was lost from above, the higher the more.
function drawTraffic() {
	const came = new Float32Array(Math.ceil(width-gutter-rightEdge)), lost = new Float32Array(came.length);
	for (const lane of lanes) {
		lane.lines.forEach((line, of) => {
			if (of === lane.role) return;
			const link = linkOf(run, of, lane.role), buckets = run.buckets[link], {y, h} = line;
			came.fill(0);
			lost.fill(0);
			columns(run.frames.came[link], buckets.map(b => ({...b, n: b.delivered || 0})), came);
			columns(run.frames.lost[link], buckets.map(b => ({...b, n: b.lost || 0})), lost);
			const edge = run.faultsOn[link].length ? 2 : 0, room = h-2*edge, bottom = y+h-edge;
			const tall = (n, least) => Math.max(2, Math.round(room*Math.min(.5, least+.05*Math.log2(n))));
			pen.fillStyle = ink.came;
			for (let x = 0; x < came.length; x++) {
				if (came[x] <= 0) continue;
				pen.fillRect(gutter+x, bottom-tall(came[x], .35), 1, tall(came[x], .35));
			}
			pen.fillStyle = ink.lost;
			for (let x = 0; x < lost.length; x++) if (lost[x] > 0) pen.fillRect(gutter+x, y+edge, 2, tall(lost[x], .5));
		});
	}
}
