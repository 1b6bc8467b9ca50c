// Package history checks what was recorded of entities, and of who asked them, while
// nodes crashed, left, joined and were cut off.
//
// # Words
//
// An entity has an id. A life is one start of its actor on one node, until it stopped or
// its node crashed. A node is one incarnation of a role, such as "c#2". It is given up
// when any node has downed it, and lost when it was given up or has crashed.
//
// # What is checked
//
//   - An answer comes from the entity that was asked, and there is one for each message.
//   - No message is handled twice in one life. It is handled in another life only if the
//     node of the life before was lost by then, or the node of that other life was lost
//     before the first handled it, and if it had no answer yet.
//   - No two lives of one id overlap, unless one is on a node that was given up before.
//   - A node that was given up ends within the bound, and its lives within the bound
//     after that. So long may those lives overlap with the ones that replace them.
//   - Letters, which one actor sends another at another node, come at most once and in order.
//
// Time in which a node stands still because it is paused does not count for it.
//
// A message may be handled and answered once more up to the bound after the first answer
// if the node that gave it is lost: the asker's node may have sent it again just then. Or if
// the node that does so late is lost: it was asked first, and has not learned yet that it was
// given up and the message was sent to another.
//
// # Clocks
//
// Times are nanoseconds of the machine's wall clock, which all processes share. What
// happens after something else, because of a message of it, has a time that is not before
// it, in whatever process. Only a clock that is set back while a history is recorded
// breaks that; one that is slowed or sped up does not.
package history
