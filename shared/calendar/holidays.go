package calendar

type set = map[[2]int]bool

// daysOff lists the days off by year, as {month, day}.
//
// National and state holidays: Law of 13 December 2001 No. 267-II, articles 3 and 4. A holiday
// on a Saturday or Sunday makes the next working day a day off (Labour Code, article 84). 7
// January and the first day of Qurban Ait are days off, not holidays (article 84 too), and are
// not moved. Days of rest that are exchanged by an order of their own are entered when it is made.
// Qurban Ait of 2027 is the expected day: the Spiritual Administration of Muslims names it.
var daysOff = map[int]set{
	2025: {
		{1, 1}: true, {1, 2}: true, {1, 7}: true,
		{1, 3}: true,                // for Sunday 5 January; see workedDays
		{3, 8}: true, {3, 10}: true, // Saturday, moved to Monday
		{3, 21}: true, {3, 22}: true, {3, 23}: true, {3, 24}: true, {3, 25}: true, // Nauryz, from a Friday
		{5, 1}: true, {5, 7}: true, {5, 9}: true,
		{6, 6}: true,               // Qurban Ait
		{7, 6}: true, {7, 7}: true, // Sunday, moved to Monday
		{8, 30}: true, {9, 1}: true, // Saturday, moved to Monday
		{10, 25}: true, {10, 27}: true, // Saturday, moved to Monday
		{12, 16}: true,
	},
	2026: {
		{1, 1}: true, {1, 2}: true, {1, 7}: true,
		{3, 8}: true, {3, 9}: true, // Sunday, moved to Monday
		{3, 21}: true, {3, 22}: true, {3, 23}: true, {3, 24}: true, {3, 25}: true, // Nauryz, from a Saturday
		{5, 1}: true, {5, 7}: true, {5, 9}: true, {5, 11}: true, // Saturday, moved to Monday
		{5, 27}: true, // Qurban Ait
		{7, 6}:  true,
		{8, 30}: true, {8, 31}: true, // Sunday, moved to Monday
		{10, 25}: true, {10, 26}: true, // Sunday, moved to Monday
		{12, 16}: true,
	},
	2027: {
		{1, 1}: true, {1, 2}: true, {1, 4}: true, {1, 7}: true, // Saturday, moved to Monday
		{3, 8}:  true,
		{3, 21}: true, {3, 22}: true, {3, 23}: true, {3, 24}: true, // Nauryz, from a Sunday
		{5, 1}: true, {5, 3}: true, {5, 7}: true, {5, 9}: true, {5, 10}: true, // Saturday and Sunday, moved
		{5, 16}: true, // Qurban Ait
		{7, 6}:  true,
		{8, 30}: true, {10, 25}: true, {12, 16}: true,
	},
}

// workedDays are Saturdays and Sundays that are worked in exchange for a day of rest: the order of
// the Minister of Labour of 21 November 2024 No. 436 moves one from Sunday 5 to Friday 3 January
// 2025. None was moved for 2026; for 2027 no order is known yet.
var workedDays = map[Date]bool{
	{2025, 1, 5}: true,
}
