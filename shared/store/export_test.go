package store

import "time"

// Patient has Schedule wait for a read however long it takes: a busy machine is not a slow table.
func (s *Maintenance) Patient() *Maintenance {
	s.schedule.patience = time.Minute
	return s
}
