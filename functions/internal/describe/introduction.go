package describe

func introduction() string { return "" }
