/** Words with which questions end and that no ending gives away: "when was it built", "is it safe". */
export const TAIL_WORDS: ReadonlySet<string> = new Set(
  `become begun born bought brought built caught chosen done drawn driven eaten fallen fought found given gone grown held hidden
  kept known led left lost made meant met occur paid put read run said seen sent set shown shut sold sought spent spoken spread stood taken
  taught thought thrown told understood won worn written available bad
  better cheap dangerous effective expensive famous free good healthy popular possible safe worth`.split(
    /\s+/u,
  ),
);
