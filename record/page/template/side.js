// Beside the lanes: what each node believes at the cursor, the faults then, and how to read it all.

// make makes an element of text and other elements. Nothing of a record is ever read as HTML.
function make(tag, properties = {}, ...children) {
	const e = document.createElement(tag);
	for (const [name, value] of Object.entries(properties)) {
		if (value === undefined || value === false) continue;
		if (name.includes("-") || name === "role") e.setAttribute(name, value);
		else e[name] = value;
	}
	e.append(...children.filter(c => c !== null && c !== undefined && c !== false));
	return e;
}

const link = (t, words = nameTime(t)) => make("a", {href: "#t="+t/second, "data-t": t}, words);

function drawSide() {
	const t = cursor, away = run.failure ? t-run.failure.t : NaN;
	const when = !run.failure ? "" : Math.abs(away) < .5/scale() ? "the failure" : `${span(Math.abs(away))} ${away < 0 ? "before" : "after"} the failure`;
	const faults = run.faults.filter(f => f.t <= t && t < f.until);
	byId("then").replaceChildren(
		make("h2", {}, "At ", make("output", {}, nameTime(t)), " ", make("small", {}, when),
			make("span", {className: "walk"}, step("‹", "p", "Previous event"), step("›", "n", "Next event"))),
		...run.n < 2 ? [] : [table(t), make("p", {className: "note"}, `A row is what a node takes the others for, and how long before it last heard from them${run.n > 6 ? ", in seconds" : ""}; bold if that is long for this link. A frame is a fault on it.${inView() ? " The small row is what it took them for in the run that passed." : ""}`)],
		make("h2", {}, faults.length ? "Faults then" : run.faults.length ? "No fault on links then" : "No fault on links"),
		make("ul", {className: "on"}, ...faults.map(f => make("li", {className: f.cut ? "cut" : "other", title: f.place ?? ""},
			make("b", {}, f.verb), make("p", {className: "note"}, "since ", link(f.t), f.end === undefined ? ", never ended" : ", until ", f.end === undefined ? "" : link(f.end),
				mendedBy(f, t), "; ", count(f.bites, "frame")+" met it")))));
}

function mendedBy(f, t) {
	const off = f.links.filter(l => l.end !== undefined && l.end <= t).length;
	return off ? `; by now off ${off} of its ${f.links.length} links` : "";
}

const step = (sign, key, title) => make("button", {title: `${title} (${key})`, "aria-label": title, onclick: () => act(key)}, sign);

function table(t) {
	const rows = run.roles.flatMap((name, role) => {
		const wrong = run.failure?.rows?.find(r => r.role === role);
		const own = make("tr", {}, make("th", {scope: "row", title: name+(wrong ? ": "+wrong.seen : "")}, wrong ? make("span", {className: wrong.ok ? "ok" : "wrong"}, wrong.ok ? "✓ " : "✗ ") : "", name),
			...run.roles.map((_, of) => cell(role, of, t)),
			run.tellLeader && make("td", {className: "leader"}, leaderText(run, role, run.leaders[role].at(t)).replace(" (itself)", "")));
		return [own, inView() && goodRow(role, t)].filter(Boolean);
	});
	return make("table", {className: run.n > 6 ? "tight" : ""}, make("thead", {}, make("tr", {}, make("th"), ...run.roles.map(name => make("th", {scope: "col", title: name}, name)), run.tellLeader && make("th", {scope: "col"}, run.n > 6 ? "lead" : "leader"))),
		make("tbody", {}, ...rows));
}

// classOf returns how a belief looks.
const classOf = value => fills[value] ?? (value in meanings ? value : "joining");

function cell(role, of, t) {
	const value = run.beliefs[role][of].at(t), runsNow = value !== "off", i = role === of ? -1 : heard(run, role, of, t);
	const on = runsNow && role !== of ? faultsAt(run, linkOf(run, of, role), t) : [];
	const age = role === of ? (runsNow ? "·" : "") : !runsNow ? "" : i < 0 ? "never" : run.n > 6 ? ((t-run.frames.end[i])/second).toFixed(1) : short(t-run.frames.end[i]);
	return make("td", {
		className: [classOf(value), on.some(f => f.cut) ? "cut" : on.length ? "fault" : "", silent(run, role, of, t) ? "silent" : ""].filter(Boolean).join(" "),
		"data-s": letterOf(value) || undefined, title: aboutLine(run, role, of, t, nameTime), "data-t": i < 0 ? undefined : run.frames.end[i],
	}, run.n > 6 && age === "never" ? "–" : age);
}

function drawKey() {
	const entries = [
		...(run.tellMembers ? [["self", "", "itself"], ["up", "", "up"], ["unreachable", "U", "unreachable"], ["joining", "J", "joining"], ["leaving", "L", "leaving, exiting"], ["down", "D", "down"], ["gone", "–", "no member"]] : [["self", "", "itself"]]),
		["off", "×", "does not run"], ["cut", "", "cut"], ["fault", "", "another fault"], ["came", "", "frames came"], ["lost", "", "frames lost"],
		["logged", "", "log line"], ...(run.polled.includes(true) ? [["polled", "", "asked, not told"]] : []),
		...(differ?.differs ? [["first", "", "first difference"]] : []), ...(run.complete ? [["left", "", "frames as counts"]] : []), ...(run.operations.length ? [["operation", "", "operation"], ["open", "?", "outcome unknown"]] : []),
	];
	byId("key").replaceChildren(make("h2", {}, "How to read a lane"),
		make("p", {className: "note"}, "A lane is a node. Each of its lines is another node: the color is what it is taken for, the ticks are the frames from it."),
		make("ul", {className: "key"}, ...entries.map(([name, letter, words]) => make("li", {}, make("i", {className: name}, letter), words))));
}
