/**
 * Learning rate: linear warm-up, then a half cosine down to a fraction of the peak
 * (official pretrain.py, cosine_schedule_with_warmup_lr_lambda).
 */

export interface ScheduleOptions {
  readonly warmupSteps: number;
  readonly totalSteps: number;
  /** Rate at the end, as a fraction of the peak; 1 keeps it constant. */
  readonly minRatio: number;
}

/** Factor on the peak rate at optimizer step `step` = 1, 2, …. */
export function rateFactor(step: number, { warmupSteps, totalSteps, minRatio }: ScheduleOptions): number {
  if (step < warmupSteps) return step / Math.max(1, warmupSteps);
  const progress = (step - warmupSteps) / Math.max(1, totalSteps - warmupSteps);
  return minRatio + Math.max(0, (1 - minRatio) * 0.5 * (1 + Math.cos(Math.PI * progress)));
}
