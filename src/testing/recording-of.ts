import type { Recording } from '../model/recording.ts';
import type { Monitor } from '../source/executor/monitor.ts';

/** A runner may have loaded this package twice: then a monitor is of another class than ours. */
export function recordingOf(subject: Monitor | Recording): Recording {
  return 'recording' in subject ? subject.recording() : subject;
}
