import { describe, expect, it } from 'vitest';
import { judgedUpdates, newTask, update, type Said } from './console-updates.ts';

const SECONDS = [0, 1, 2, 3, 4];

/** What a task says after so many seconds of it, at a rate. */
type Course = (seconds: number) => Said;

const spin: Course = (s) => ({
  polls: s * 500_000,
  wakes: s * 500_000,
  selfWakes: s * 500_000,
  busy: s * 0.6,
  scheduled: s * 0.4,
});

/** Seconds of a program with these tasks, each introduced by the first update. */
function seconds(courses: Record<string, Course>, fields: Record<string, string | number> = {}) {
  return SECONDS.map((at) => {
    const said = Object.entries(courses).map(([id, course]) => [id, course(at)] as const);
    const newTasks = Object.keys(courses).map((id, i) => newTask(id, fields, i + 1));
    return update(at, Object.fromEntries(said), at === 0 ? { newTasks } : {});
  });
}

describe('a task by its counters', () => {
  it('that wakes itself and never rests is found, with its place and its name', () => {
    const { judgement, found } = judgedUpdates(seconds({ 2: spin }, { 'task.name': 'proxy' }));
    expect(found).toEqual(['error self-wake counted']);
    expect(judgement.findings[0]).toMatchObject({
      unit: { name: 'task at src/main.rs:1' },
      task: { name: 'proxy', spawnedAt: { file: 'src/main.rs', line: 1 } },
      evidence: { windows: { value: 4 }, perSecond: { value: 500_000 }, meanPoll: { value: 1.2 } },
    });
  });

  it('is not judged by two seconds', () => {
    const { judgement } = judgedUpdates(seconds({ 2: spin }).slice(0, 3));
    expect(judgement.verdict).toBe('not-enough');
  });

  it.each<[string, Course]>([
    [
      'a set of futures',
      (s) => ({
        polls: s * 2e5,
        wakes: s * 2e5,
        selfWakes: s * 1e5,
        busy: s * 0.9,
        scheduled: s * 0.1,
      }),
    ],
    [
      'a driver at load',
      (s) => ({
        polls: s * 9000,
        wakes: s * 9000,
        selfWakes: s * 9000,
        busy: s * 0.95,
        scheduled: s * 0.05,
      }),
    ],
    [
      'one that waits',
      (s) => ({
        polls: s * 9000,
        wakes: s * 9000,
        selfWakes: s * 9000,
        busy: s * 0.02,
        scheduled: s * 0.02,
      }),
    ],
    [
      'a few yields',
      (s) => ({ polls: 3 + s, wakes: 3 + s, selfWakes: 3 + s, busy: 0.1, scheduled: 0.9 }),
    ],
  ])('that is healthy is no more than a note: %s', (_, course) => {
    expect(judgedUpdates(seconds({ 2: course })).judgement.verdict).toBe('ok');
  });

  it('whose wakes are deferred is a note, for yields look the same', () => {
    const course: Course = (s) => ({ ...spin(s), selfWakes: 0 });
    expect(judgedUpdates(seconds({ 2: course })).found).toEqual(['note self-wake deferred']);
  });

  it('that receives all the time works', () => {
    const updates = seconds({ 2: (s) => ({ ...spin(s), selfWakes: 0 }) });
    for (const one of updates) {
      const [id] = updates[0]!.taskUpdate!.newTasks;
      const op = { resourceId: null, taskId: id!.id, name: 'poll_recv', isReady: true };
      one.resourceUpdate = {
        newPollOps: Array.from({ length: 60_000 }, () => op),
        droppedEvents: one.taskUpdate!.droppedEvents,
      };
    }
    expect(judgedUpdates(updates).found).toEqual([]);
  });

  it('that asks what it holds again, and is not answered, spins: asking takes budget, which is ready', () => {
    const updates = seconds({ 2: spin });
    for (const one of updates) {
      const [id] = updates[0]!.taskUpdate!.newTasks;
      const op = { resourceId: null, taskId: id!.id, name: 'poll_acquire' };
      one.resourceUpdate = {
        newPollOps: Array.from({ length: 60_000 }, (_, i) => ({ ...op, isReady: i % 2 === 0 })),
        droppedEvents: one.taskUpdate!.droppedEvents,
      };
    }
    expect(judgedUpdates(updates).found).toEqual(['error self-wake counted']);
  });

  it('with numbers equal to those of another: they wake each other', () => {
    const course: Course = (s) => ({
      ...spin(s),
      selfWakes: 0,
      busy: s * 0.33,
      scheduled: s * 0.4,
    });
    const { judgement, found } = judgedUpdates(seconds({ 2: course, 3: course, 4: () => ({}) }));
    expect(found).toEqual(['warning wake-cycle equal']);
    expect(judgement.findings[0]?.cycle).toHaveLength(2);
  });

  it('that is the root of an executor has no wakes at all', () => {
    const course: Course = (s) => ({ polls: s * 4e5, busy: s * 0.9 });
    const fields = { kind: 'block_on' };
    expect(judgedUpdates(seconds({ 2: course }, fields)).found).toEqual(['warning self-wake root']);
  });

  it('whose poll began before we came, and goes on', () => {
    const course: Course = () => ({ polls: 1, started: -3 });
    const updates = [update(0, { 2: course(0) }, { newTasks: [newTask('2')] }), update(1, {})];
    updates.push(update(2, {}), update(3, {}));
    expect(judgedUpdates(updates).found).toEqual(['warning never-yields unseen']);
    const early = { 2: { polls: 1, started: -0.5 } };
    const soon = [update(0, early, { newTasks: [newTask('2')] }), update(1, {})];
    expect(judgedUpdates(soon).found).toContain('warning never-yielded first');
  });

  it('without a waker left is a note', () => {
    const course = {
      polls: 2,
      wakes: 1,
      clones: 3,
      drops: 3,
      lastWake: 0.1,
      started: 0.2,
      ended: 0.3,
    };
    const updates = [update(0.5, { 2: course }, { newTasks: [newTask('2')] }), update(2, {})];
    expect(judgedUpdates([...updates, update(3.5, {})]).found).toEqual(['note lost-waker dropped']);
  });

  it('that is large, or was boxed, is a note', () => {
    const fields = { 'size.bytes': 8, 'original_size.bytes': 20_000 };
    expect(judgedUpdates(seconds({ 2: () => ({}) }, fields)).found).toContain(
      'note auto-boxed-future boxed',
    );
    const large = judgedUpdates(seconds({ 2: () => ({ polls: 1 }) }, { 'size.bytes': 1024 }));
    expect(large.found).toEqual(['note large-future large']);
  });
});

describe('the stream', () => {
  it('has ids beyond 2^53, which stay apart', () => {
    const ids = ['9007199254740993', '9007199254740992'];
    const [hot, cold] = ids as [string, string];
    const { judgement } = judgedUpdates(seconds({ [hot]: spin, [cold]: () => ({ polls: 1 }) }));
    expect(judgement.findings[0]?.unit.name).toBe('task at src/main.rs:1');
    expect(judgedUpdates(seconds({ [hot]: spin, [cold]: spin })).liveTasks).toBe(2);
  });

  it('may say everything twice, which changes nothing', () => {
    const updates = seconds({ 2: spin, 3: () => ({ polls: 4, wakes: 4 }) });
    const twice = [updates[0]!, ...updates, updates.at(-1)!];
    const { recording } = judgedUpdates(updates);
    expect(judgedUpdates(twice).recording.segments[0]?.counters).toEqual(
      recording.segments[0]?.counters,
    );
  });

  it('may speak of tasks that it never introduced, and of those that are over', () => {
    const updates = seconds({ 2: spin }).map((one) => {
      one.taskUpdate!.newTasks = [];
      return one;
    });
    expect(judgedUpdates(updates).judgement.findings[0]?.unit.name).toBe('a tokio task');
    const over = judgedUpdates([update(0, { 9: { polls: 8, dropped: -5 } })]);
    expect(over.liveTasks).toBe(0);
  });

  it('forgets tasks that ended', () => {
    const born = update(0, { 2: { polls: 1 } }, { newTasks: [newTask('2')] });
    const { recording, liveTasks } = judgedUpdates([
      born,
      update(1, { 2: { polls: 2, dropped: 1 } }),
    ]);
    expect(liveTasks).toBe(0);
    expect([...recording.segments[0]!.counters.values()][0]).toMatchObject({
      spawned: 1,
      completed: 1,
    });
  });

  it('adds up what the server itself had to drop', () => {
    const updates = [0, 1, 2].map((at) => update(at, {}, { droppedEvents: 7 }));
    expect(judgedUpdates(updates).recording.segments[0]?.dropped).toBe(21);
  });

  it('may give names of fields by number', () => {
    const task = newTask('2');
    const named = {
      ...task,
      fields: [{ nameIdx: 1, debugVal: 'pump', metadataId: { id: '77' } }],
    };
    const newMetadata = {
      metadata: [{ id: { id: '77' }, metadata: { fieldNames: ['kind', 'task.name'] } }],
    };
    const first = update(0, { 2: spin(0) }, { newTasks: [named], newMetadata });
    const rest = [1, 2, 3, 4].map((at) => update(at, { 2: spin(at) }));
    expect(judgedUpdates([first, ...rest]).judgement.findings[0]?.task?.name).toBe('pump');
  });

  it('of a server before 0.1.10 is not believed', () => {
    const { judgement } = judgedUpdates(seconds({ 2: (s) => ({ ...spin(s), scheduled: null }) }));
    expect(judgement.findings.filter(({ level }) => level !== 'note')).toEqual([]);
    expect(judgement.notRun.some(({ why }) => why.includes('0.1.10'))).toBe(true);
  });
});
