// unpack gets a record out of the element with that id.
async function unpack(id) {
	if (!("DecompressionStream" in window)) {
		throw new Error("this browser has no DecompressionStream, with which the record is unpacked: Chromium 80, Firefox 113 and Safari 16.4 have it");
	}
	const text = atob(document.getElementById(id).textContent);
	const packed = new Uint8Array(text.length);
	for (let i = 0; i < text.length; i++) packed[i] = text.charCodeAt(i);
	const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
	return JSON.parse(await new Response(stream).text());
}

const delivered = 0, waiting = 1; // the fates that every record begins with

// framesOf returns the frames of a record in columns that can be searched: sent and end are times, and end is
// infinite for a frame that waits. came and lost have, for each link, the frames of that end, ordered by it.
function framesOf(record, links) {
	const {sent = [], took = [], link = [], fate = [], bytes = [], kind, fates = [], kinds} = record.frames || {};
	const n = sent.length;
	const f = {n, sent: new Float64Array(n), end: new Float64Array(n), link, fate, bytes, kind, fates, kinds, longest: 0};
	const came = Array.from({length: links}, () => []), lost = Array.from({length: links}, () => []);
	for (let i = 0, t = 0; i < n; i++) {
		t += sent[i];
		f.sent[i] = t;
		f.end[i] = took[i] < 0 ? Infinity : t+took[i];
		if (took[i] < 0) continue;
		f.longest = Math.max(f.longest, took[i]);
		(fate[i] === delivered ? came : lost)[link[i]].push(i);
	}
	f.came = came.map(list => byEnd(f, list));
	f.lost = lost.map(list => byEnd(f, list));
	return f;
}

// byEnd returns frames and their times of end, ordered by these.
function byEnd(f, list) {
	const ordered = list.every((i, k) => k === 0 || f.end[list[k-1]] <= f.end[i]);
	if (!ordered) list.sort((a, b) => f.end[a]-f.end[b]);
	return {frame: list, t: Float64Array.from(list, i => f.end[i])};
}

// after returns how many of the times, which are in order, are at or before t.
function after(times, t) {
	let a = 0, b = times.length;
	while (a < b) {
		const mid = (a+b) >> 1;
		if (times[mid] <= t) a = mid+1; else b = mid;
	}
	return a;
}

// before returns how many of the times are before t.
function before(times, t) {
	let a = 0, b = times.length;
	while (a < b) {
		const mid = (a+b) >> 1;
		if (times[mid] < t) a = mid+1; else b = mid;
	}
	return a;
}
