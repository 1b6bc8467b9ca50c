"use strict";
// Times are in microseconds since the spec began.

const millisecond = 1e3, second = 1e6, minute = 60*second, hour = 60*minute;

// decimals writes a number with that many decimals at most.
const decimals = (x, n) => String(+x.toFixed(n));

// span says how long something took, in three digits or so.
function span(us) {
	if (us < 0) return "-"+span(-us);
	if (us < millisecond) return Math.round(us)+" µs";
	if (us < second) return decimals(us/millisecond, us < 10*millisecond ? 1 : 0)+" ms";
	if (us < minute) return (us/second).toFixed(us < 10*second ? 2 : 1)+" s";
	if (us < hour) return `${Math.floor(us/minute)} min ${Math.round(us%minute/second)} s`;
	return `${Math.floor(us/hour)} h ${Math.round(us%hour/minute)} min`;
}

// short is span for where there is room for a few letters.
function short(us) {
	if (us < second) return us < 10*millisecond ? decimals(us/millisecond, 1)+"ms" : Math.round(us/millisecond)+"ms";
	if (us < 100*second) return (us/second).toFixed(1)+"s";
	return us < 100*minute ? Math.round(us/minute)+"min" : Math.round(us/hour)+"h";
}

// moment names a time; digits are those of its seconds, 3 unless told.
function moment(us, digits = 3) {
	const s = us/second;
	if (us < minute) return s.toFixed(digits)+" s";
	const m = Math.floor(us/minute), rest = (s-60*m).toFixed(digits);
	return us < hour ? `${m} min ${rest} s` : `${Math.floor(m/60)} h ${m%60} min ${rest} s`;
}

// finely names a time with as many digits as tell one pixel of what is in sight from the next.
function finely(us, perPixel) {
	return moment(us, Math.max(0, Math.min(6, Math.ceil(-Math.log10(Math.max(perPixel, 1)/second)))));
}

const steps = [...[1, 10, 100, 1e3, 1e4, 1e5].flatMap(k => [k, 2*k, 5*k]),
	...[1, 2, 5, 10, 15, 30].map(k => k*second), ...[1, 2, 5, 10, 15, 30].map(k => k*minute), ...[1, 2, 3, 6, 12, 24, 48, 120, 240].map(k => k*hour)];

// ticks returns the times at which an axis of that many microseconds per pixel has its labels, and these.
function ticks(from, to, perPixel) {
	const step = steps.find(s => s/perPixel > (to > hour ? 125 : to > minute || s < 10*millisecond ? 105 : 80)) ?? 480*hour;
	const all = [];
	for (let t = Math.ceil(from/step)*step; t <= to; t += step) all.push({t, text: tickText(t, step)});
	return all;
}

function tickText(t, step) {
	if (t === 0) return "0";
	if (step < minute) return moment(t, step >= second ? 0 : Math.min(6, Math.ceil(-Math.log10(step/second)-1e-9)));
	const h = Math.floor(t/hour), m = Math.round(t%hour/minute);
	return [h && h+" h", m && m+" min"].filter(Boolean).join(" ");
}
