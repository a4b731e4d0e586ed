// Package archtest holds no code, only tests: of what the code must look like.
//
// They read the sources of the whole module and check what reviewers would
// otherwise have to remember: which way imports run, that rules touch neither
// files nor clocks, how large files and functions may be, that every exported
// name is documented, and which words are not used. Each check is a function
// from parsed files to findings, and is itself tested on a source that breaks
// it, so that it cannot pass by seeing nothing.
//
// Two kinds of exceptions are lists in the tests, each with its reason: words
// of the domain that happen to be forbidden elsewhere, and methods that an
// interface has documented already.
package archtest
