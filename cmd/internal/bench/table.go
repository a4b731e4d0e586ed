package bench

// Benchmarks is what is measured; to add a benchmark, add a row.
var Benchmarks = []Benchmark{
	{
		ID:    "B1",
		Title: "AssignLicense and UnassignLicense in process, 10,000 accounts",
		Targets: "1 caller: ≥ 0.7 W and ≥ 1 P; 16: ≥ 0.6 W and ≥ 1.5 P; 128: ≥ 4 P; " +
			"1,024: ≥ 40,000/s for 60 s with the views at most 1 s behind",
		run: spreadAccounts,
	},
	{
		ID:      "B2",
		Title:   "The same on one hot account of 10,000 users",
		Targets: "≥ 0.9 × 10,000 accounts at any number of callers; 128: ≥ 20 P",
		run:     hotAccount,
	},
	{
		ID:      "B3",
		Title:   "The same over HTTP, the clients on the same cores",
		Targets: "16 clients: ≥ 1 P and p50 ≤ 1 ms; 128: ≥ 2 P; one hot account, 128: ≥ 15 P",
		run:     overHTTP,
	},
	{
		ID:      "B4",
		Title:   "MiTeam Meetings disabled in one account where everyone has its licence: one commit",
		Targets: "100,000 users (at 1,000,000 --events): ≤ 1.5 s; other accounts' p99 meanwhile ≤ 100 ms",
		run:     largeCommand,
	},
	{
		ID:      "B5",
		Title:   "Queries over HTTP on a log of --events events, while commands come at half the possible rate",
		Targets: "p99 ≤ 5 ms, views and history alike; as_of ≤ 1.5 × now",
		run:     queriesUnderLoad,
	},
	{
		ID:      "B6",
		Title:   "From an acknowledgement until its event is seen, at 10,000 commands/s",
		Targets: "p99 to the views ≤ 5 ms, to a consumer of the feed ≤ 20 ms",
		run:     viewLag,
	},
	{
		ID:      "B7",
		Title:   "Proving a log of --events events again",
		Targets: "events/s: hashing all against the signed root ≥ 250,000; making all views again ≥ 100,000; replay verify whole ≥ 50,000",
		run:     provenAgain,
	},
	{
		ID:      "B8",
		Title:   "replay show --as-of of one account, from a log of --events events alone",
		Targets: "16 callers (at most 16 commands a frame): ≤ 2 s; 1 caller (one a frame): ≤ 5 s; linear in the log's length",
		run:     shownAgain,
	},
	{
		ID:      "B9",
		Title:   "Start after kill -9 with a log of --events events, start checks included",
		Targets: "ready after ≤ 3 s",
		run:     startAgain,
	},
	{
		ID:      "B10",
		Title:   "Memory and disk of a ledger with a log of --events events",
		Targets: "memory ≤ 600 MB; journal, copy, views and feed ≤ 4 × the entries' bytes",
		run:     footprint,
	},
	{
		ID:      "B11",
		Title:   "Import of a 20,000-row CSV file, over HTTP",
		Targets: "≤ 1.5 s",
		run:     importing,
	},
	{
		ID:      "B12",
		Title:   "Growth: commands and queries on a log of --events events, beside one of a tenth",
		Targets: "rate ≥ 0.7 of that on the short log; queries ≤ 1.3 × as long",
		run:     growth,
	},
}
