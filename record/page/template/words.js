// What things are called, on the page and in what floats over it.

const letters = {unreachable: "U", joining: "J", leaving: "L", exiting: "E", down: "D", gone: "–", off: "×", ended: "×"};
const letterOf = value => letters[value] ?? (["self", "up", "unknown", "mute"].includes(value) ? "" : (value[0] || "?").toUpperCase());

const meanings = {gone: "no member", off: "does not run", unknown: "has told nothing yet", mute: "tells no members", ended: "is no member itself any more"};

// list writes names as in a sentence.
const list = names => names.length < 2 ? names.join("") : names.slice(0, -1).join(", ")+" and "+names.at(-1);

const count = (n, one, many = one+"s") => `${n} ${n === 1 ? one : many}`;

const lifeOf = life => life.state+(life.incarnation > 1 ? ", incarnation "+life.incarnation : "");

// leaderText names whom a role takes for the leader.
function leaderText(m, role, value) {
	if (value === undefined || value === "off") return "";
	if (value < 0) return "none";
	return value === role ? m.roles[value]+" (itself)" : m.roles[value];
}

// lasted says how long something took in the time of its own run.
const lasted = (m, from, to) => span(m.own(to)-m.own(from));

// aboutLine says what a line shows at a time, a line of text each.
function aboutLine(m, role, of, t, name) {
	const life = m.lives[role].at(t), value = m.beliefs[role][of].at(t), who = m.roles[role], whom = m.roles[of];
	const text = [];
	if (value === "off") text.push(`${who} does not run: ${lifeOf(life)}`+(life.since ? ", since "+name(life.since) : ""));
	else if (of === role) text.push(`${who} itself, ${lifeOf(life)} since ${name(life.since)}`);
	else if (value === "ended") text.push(`${who} is no member any more: ${endedOf(m, role, t)}`);
	else if (value === "unknown" || value === "mute") text.push(`${whom} → ${who}`);
	else text.push(`${who} sees ${whom}: ${meanings[value] ?? value}, since ${name(m.beliefs[role][of].since(t))}`);
	if (of !== role && value !== "off") {
		const i = heard(m, role, of, t), usual = usualGap(m, linkOf(m, of, role));
		text.push(i < 0 ? `has heard nothing from ${whom}`+(m.complete ? " that was kept" : "") :
			`heard it ${lasted(m, m.frames.end[i], t)} before`+(Number.isNaN(usual) ? "" : `; it usually does every ${span(usual)}`));
	}
	for (const f of faultsAt(m, linkOf(m, of, role), t)) text.push("fault: "+f.verb);
	if (m.polled[role]) text.push(`${who} was asked now and then: what it saw between is not known`);
	return text.join("\n");
}

function endedOf(m, role, t) {
	const v = (m.record.views || []).findLast(v => v.role === role && v.t <= t);
	return v?.ended ?? "";
}

function aboutFault(m, f, name) {
	const mended = f.links.filter(l => l.end !== undefined && l.end !== f.end).length;
	return [f.verb, `from ${name(f.t)} `+(f.end === undefined ? "on, never ended" : "to "+name(f.end))
		+(mended ? ` but for ${mended} of its ${f.links.length} links` : ""), count(f.bites, "frame")+" met it", f.place].filter(Boolean).join("\n");
}

function aboutOperation(m, o, name) {
	return [`${o.client}${o.role >= 0 ? " to "+m.roles[o.role] : ""}: ${o.input}`, o.output && "→ "+o.output, o.error && "error: "+o.error,
		`from ${name(o.t)} `+(o.end === undefined ? "on: nobody knows whether it took effect" : `for ${lasted(m, o.t, o.end)}`), o.place].filter(Boolean).join("\n");
}

function aboutFrame(m, i, name) {
	const f = m.frames, end = f.end[i], took = end-f.sent[i], fate = f.fates[f.fate[i]];
	const what = f.kind && f.kinds ? f.kinds[f.kind[i]]+", " : "";
	return `${m.roles[f.link[i]/m.n | 0]} → ${m.roles[f.link[i]%m.n]}: ${what}${count(f.bytes[i], "byte")}\nsent at ${name(f.sent[i])}\n`
		+(end === Infinity ? "it still waits" : f.fate[i] === delivered ? `arrived ${lasted(m, f.sent[i], end)} later` : `lost: ${fate}`+(took > 10 ? `, ${span(took)} later` : ""));
}
