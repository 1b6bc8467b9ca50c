// The log, and all else that has a time and a text.
const mostRows = 400;
let sought = "";

// linesOf returns the lines of a record, in the order of time.
function linesOf(m) {
	const r = m.record, lines = m.log.map(l => ({t: l.t, role: l.role, text: l.text, bad: /^\W*(ERROR|FATAL|PANIC)\b/i.test(l.text)}));
	const told = new Set(lines.filter(l => l.role < 0).map(l => l.text));
	for (const v of m.verbs) if (!told.has(v.text)) lines.push({t: v.t, role: -1, text: v.text+(v.error ? ": "+v.error : ""), bad: !!v.error});
	for (const b of r.barriers || []) lines.push({t: b.t, role: b.role, text: `barrier ${b.name}: `+(b.error || (b.end === undefined ? "waits" : `waited ${span(b.end-b.t)}`)), bad: !!b.error});
	for (const o of m.operations) {
		const outcome = o.error || (o.end === undefined ? "nobody knows whether it took effect" : [o.output, `in ${span(o.end-o.t)}`].filter(Boolean).join(", "));
		lines.push({t: o.t, role: o.role, text: `${o.client}: ${o.input}: ${outcome}`, bad: !!o.error});
	}
	for (const l of r.lives || []) lines.push({t: l.t, role: l.role, text: "is "+lifeOf(l), bad: false});
	if (m.failure) lines.push({t: m.failure.t, role: -1, text: "FAILED: "+m.failure.message.trim().split("\n", 1)[0], bad: true});
	return lines.sort((a, b) => a.t-b.t);
}

// stopsOf returns the times at which something happened that is worth a look.
function stopsOf(m) {
	const ends = m.faults.flatMap(f => [f.t, f.end, ...f.links.map(l => l.end)]);
	const all = [...m.verbs.map(v => v.t), ...ends, ...m.differ.flatMap(d => [d.t, d.end]), ...(m.record.lives || []).map(l => l.t), ...(m.record.views || []).map(v => v.t), m.failure?.t];
	return [...new Set(all.filter(t => t !== undefined))].sort((a, b) => a-b);
}

function drawLog() {
	const fits = l => l.t >= view[0] && l.t <= view[1] && (l.role < 0 || shown.has(l.role)) && (!sought || `${l.role < 0 ? "spec" : run.roles[l.role]} ${l.text}`.toLowerCase().includes(sought));
	const lines = run.lines.filter(fits), times = lines.map(l => l.t), now = after(times, cursor)-1;
	const from = Math.max(0, Math.min(now-mostRows/2, lines.length-mostRows)), to = Math.min(lines.length, from+mostRows);
	const rest = (n, what) => n > 0 && make("div", {className: "rest"}, `${count(n, what+" line")} in sight: zoom in, or filter`);
	const rows = byId("rows");
	rows.style.setProperty("--time", run.until < minute ? "90px" : run.until < hour ? "120px" : "160px");
	rows.replaceChildren(...[rest(from, "earlier"), ...lines.slice(from, to).map((l, i) => row(l, from+i === now)), rest(lines.length-to, "later")].filter(Boolean));
	const current = rows.querySelector(".now");
	if (current) rows.scrollTop = current.offsetTop-rows.offsetTop-rows.clientHeight/2;
	const left = run.left.lines ? `, and ${run.left.lines} were not kept` : "";
	byId("sift").querySelector("h2").textContent = `Log and verbs: ${lines.length} of ${run.lines.length} lines are in sight${left}`;
}

const row = (l, now) => make("div", {className: [now ? "now" : "", l.bad ? "bad" : "", l.role < 0 ? "spec" : ""].join(" "), "data-t": l.t},
	link(l.t, moment(l.t, run.until < minute ? 6 : 3)), make("b", {title: l.role < 0 ? "" : run.roles[l.role]}, l.role < 0 ? "spec" : run.roles[l.role]), make("span", {}, l.text));

function drawRoles() {
	byId("roles").replaceChildren(...run.roles.map((name, role) => make("button", {title: `Show ${name}`, "aria-pressed": String(shown.has(role)), onclick: () => {
		if (!shown.delete(role)) shown.add(role);
		if (!shown.size) shown = new Set(run.roles.keys());
		drawRoles();
		rearrange();
	}}, name)));
}
