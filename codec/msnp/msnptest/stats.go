package msnptest

// Stats counts what a server has done.
type Stats struct {
	Connections   int64 // accepted
	SignIns       int64 // that ended in USR OK
	Notifications int64 // NLN, FLN and ILN sent
	Migrations    int64 // accounts migrated
	Conversations int64 // begun
	Messages      int64 // passed on, to each receiver
	Cut           int64 // connections ended because the client did not read

	Faults  map[Fault]int64  // made on purpose, those of Server.Faults; nil: there are to be none
	Defects map[Defect]int64 // how often each of Server.Defects has struck; nil: there are none
}

// Stats returns what the server has done so far.
func (s *Server) Stats() Stats {
	s.mu.Lock()
	defer s.mu.Unlock()
	stats := s.stats
	stats.Cut = s.cuts.Load()
	stats.Faults, stats.Defects = s.faults.counts(), s.defects.counts()
	return stats
}
