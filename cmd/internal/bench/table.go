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
}
