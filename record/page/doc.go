// Package page writes a spec's record as a page to look at: one HTML file that a browser opens from
// anywhere, and that makes no request.
//
// On top are the sentences of the record's summary. Beneath, each role has a lane, and in it a line for each
// other role. That line is both the link between the two and what the lane's node thinks of the other: its color
// says what the node takes the other for, ticks from below are frames that came, ticks from above frames that
// were lost, and a frame around it is a fault on that link. So what was done, what it did to the traffic, and who
// believed what of it, are in one place.
//
// The address of a page says what it shows, and can be passed on: with #t=2.506&z=0.4,2.6 it opens with the
// cursor at 2.506 s, and shows 0.4 s to 2.6 s. The key ? lists what else can be done.
//
// # The run that passed
//
// WriteBeside puts a run of the same spec that passed beneath the one that failed. What record.Compare finds is the last of
// the sentences, and a line through both; until there the run that passed is faint. Both have one axis of time, on which a
// verb that both have is at one place: between two of these the run that passed is stretched, while the times that its
// texts name are its own. In the table beside, each role has a second row for it. The key g hides it, and then the
// address has good=0.
//
// # What is in the file
//
// The record is in it, packed, and Read gets it back. One of a run that passed is in it the same way, and not what Read
// returns. A Head, which ReadHead reads, is what a list of pages
// needs of each. Scripts and styles are allowed by their hashes, and everything else is forbidden, by the page's
// Content-Security-Policy. A browser needs DecompressionStream: Chromium 80, Firefox 113, Safari 16.4.
//
// What the page draws can be asked of window.multinode in its console: see template/inspect.js. Its html element
// has data-ready, and data-drawn-ms, once it is drawn, and data-error if that went wrong.
package page
