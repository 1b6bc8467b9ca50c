// What tests ask of a page, beside window.multinode.
window.probe = {
	// painted is true once what was asked for is drawn.
	painted: () => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(true)))),

	// rgb returns the parts of a color of the theme.
	rgb(name) {
		const hex = multinode.ink(name).slice(1), full = hex.length === 3 ? [...hex].map(c => c+c).join("") : hex;
		return [0, 2, 4].map(i => parseInt(full.slice(i, i+2), 16));
	},

	// columns returns the x of the columns of a rectangle in which the canvas has that very color.
	columns(name, x, y, w, h) {
		const d = document.getElementById("lanes").getContext("2d").getImageData(x, y, w, h).data, [r, g, b] = this.rgb(name), found = [];
		for (let i = 0; i < w; i++) {
			for (let k = 0; k < h; k++) {
				const p = 4*(k*w+i);
				if (d[p] === r && d[p+1] === g && d[p+2] === b) {
					found.push(x+i);
					break;
				}
			}
		}
		return found;
	},

	// line returns the columns of a line that have a color; edge pixels above and below are not looked at.
	line(name, role, of, edge = 0) {
		const p = multinode.place(role, of, 0);
		return p ? this.columns(name, p.left, p.y+edge, p.right-p.left, p.height-2*edge) : null;
	},

	// shown is all that a reader would call the same page.
	shown: () => JSON.stringify({view: multinode.view, cursor: multinode.cursor, folded: multinode.folded, theme: document.documentElement.dataset.theme,
		then: document.getElementById("then").innerText, log: document.getElementById("rows").innerText, tools: document.getElementById("tools").innerText}),
};
