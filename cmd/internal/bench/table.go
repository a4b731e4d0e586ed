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
		ID:      "B11",
		Title:   "Import of a 20,000-row CSV file, over HTTP",
		Targets: "≤ 1.5 s",
		run:     importing,
	},
}
