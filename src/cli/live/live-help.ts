/** The page that `?` opens; no line is wider than a narrow terminal. */
export const HELP = `Rows are threads and units: future types, tasks, functions that loop. What
was found stands first, with its level; then what is polled most for least.

  up, down, j, k       move            PgUp, PgDn, g, G   further
  Enter, right         open a row: what was found, in full
  s                    sort: suspicion, polls, self-woken, CPU, turns, name
  /                    filter by a part of a name, place, process or rule
  Esc                  shut a page, clear the filter
  o                    what the program printed (selfwake run)
  q                    quit; of selfwake run it ends the program, too
  Ctrl-C               as without a live view
  Ctrl-Z               stop; the shell's fg goes on

  polls/s     polls of a future, or of the task it is in; rounds of a loop
  self/s      polls that answered Pending and woke their own task
  barren/s    those of them without progress, and not woken from outside
  cpu         of a thread: share of one core that it wanted
              of a unit: time in its polls
  turns/s     turns of the thread's event loop
  traces      how often the thread was traced
  last 30 s   of a unit: polls, from none to its most
              of a thread: CPU, from none to all of a core`;
