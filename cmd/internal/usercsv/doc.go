// Package usercsv reads and writes users as CSV files (section 12 of the
// domain): the Webex format, with a column for every package and base licence,
// and the Mitel format, which is known by its header.
//
// A file is read in one pass and a row at a time, so that its size costs no
// memory. [Check] reads it to its end and finds what refuses it as a whole
// (IMP-1); [Rows] reads it again and judges each row by the file alone (IMP-2).
// What the state has to say is decided by the row's command.
//
// # Formulas
//
// Spreadsheets take a cell that begins with = + - @ or a control character for
// a formula, and a name can be made to be one. Such a cell is written behind an
// apostrophe, and read without it; so is one that begins with apostrophes and
// goes on like that, so that whatever is written is read back as it was. Where
// a cell has semicolons, that goes for each part of it: in many countries
// spreadsheets make them cells. A telephone number stands as it is: behind its
// + are digits only.
//
// # Bombs
//
// Nothing is ever unpacked: a workbook or a compressed file is refused by its
// first bytes, and no row, column or cell without end is read to its end.
package usercsv
