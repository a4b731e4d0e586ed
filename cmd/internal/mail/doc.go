// Package mail writes messages to people, and hands them to a mail server or
// puts them into a folder.
//
// What a message says stands in templates, one text for each kind and language;
// its HTML is made from the same paragraphs. Errors of this package never hold
// an address: what a mail server answers may repeat one, so only the code of
// its answer is kept.
package mail
