// Package paper makes the documents that people keep: PDF files with their
// fonts embedded, so that they look the same everywhere.
//
// The same content gives the same bytes, on every node and at any time: all
// dates in a file, those of its making too, are of the events that it tells
// of. Latin, Greek and Cyrillic are set in DejaVu Sans, Chinese and Japanese in
// Droid Sans Fallback, Korean in NanumSquare. What none has is shown as an empty
// box; scripts that need shaping or run from right to left are set letter by
// letter.
package paper
