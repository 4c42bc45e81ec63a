/**
 * What /metrics tells, in Prometheus's text format. By hand: it is a page of text, and the usual client library needs Node,
 * while a handler runs wherever there are Requests.
 *
 * Source: https://prometheus.io/docs/instrumenting/exposition_formats/
 */

/** Upper bounds, in seconds, of the histogram of answering times. */
const BOUNDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

interface Times {
  /** Requests within each bound. */
  readonly within: number[];
  sum: number;
  count: number;
}

/** A value that is read when it is asked for. */
export interface Reading {
  readonly name: string;
  readonly type: 'counter' | 'gauge';
  readonly help: string;
  readonly value: number;
}

export class RequestMetrics {
  /** By labels. */
  readonly #requests = new Map<string, number>();
  /** By route. */
  readonly #times = new Map<string, Times>();

  /** Counts an answered request. Labels are of a few values each: what a client may invent is `other`. */
  count(route: string, method: string, status: number, seconds: number): void {
    const labels = `route="${route}",method="${method}",status="${status}"`;
    this.#requests.set(labels, (this.#requests.get(labels) ?? 0) + 1);
    const times = this.#times.get(route) ?? { within: BOUNDS.map(() => 0), sum: 0, count: 0 };
    this.#times.set(route, times);
    times.count++;
    times.sum += seconds;
    for (const [i, bound] of BOUNDS.entries()) if (seconds <= bound) times.within[i]!++;
  }

  /** The page, with readings of whatever else there is. */
  text(readings: readonly Reading[]): string {
    const requests = [...this.#requests].map(([labels, count]) => `trm_requests_total{${labels}} ${count}`);
    const times = [...this.#times].flatMap(([route, { within, sum, count }]) => [
      ...BOUNDS.map((bound, i) => `trm_request_seconds_bucket{route="${route}",le="${bound}"} ${within[i]}`),
      `trm_request_seconds_bucket{route="${route}",le="+Inf"} ${count}`,
      `trm_request_seconds_sum{route="${route}"} ${sum}`,
      `trm_request_seconds_count{route="${route}"} ${count}`,
    ]);
    const families = [
      ...readings.map(({ value, ...about }) => ({ ...about, lines: [`${about.name} ${value}`] })),
      { name: 'trm_requests_total', type: 'counter', help: 'Requests answered.', lines: requests },
      { name: 'trm_request_seconds', type: 'histogram', help: 'Time to the answer.', lines: times },
    ];
    return families
      .flatMap(({ name, type, help, lines }) => [
        `# HELP ${name} ${help}`,
        `# TYPE ${name} ${type}`,
        ...lines,
      ])
      .map((line) => `${line}\n`)
      .join('');
  }
}
