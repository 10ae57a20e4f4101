import { between, normal, type Random } from '../draw.ts';
import type { Course } from './tape.ts';

/** What comes and goes over some hours: an Ornstein–Uhlenbeck course of mean 0, read each hour. */
export function wander(random: Random, deviation: number, memoryHours: number, hours: number): Course {
  const keep = Math.exp(-1 / memoryHours);
  const values = [deviation * normal(random)];
  while (values.length < hours + 2)
    values.push(keep * (values.at(-1) as number) + deviation * Math.sqrt(1 - keep ** 2) * normal(random));
  return (hour) => onGrid(values, hour);
}

/** From 0 at the start to 1 at `hours`: what is added in each hour weighs as much as is said. */
export function growth(hours: number, weight: (hour: number) => number): Course {
  const values = [0];
  for (let hour = 0; hour < hours + 30; hour += 1) values.push((values.at(-1) as number) + weight(hour));
  const whole = onGrid(values, hours);
  return (hour) => onGrid(values, hour) / whole;
}

/** Between the values of two whole hours. */
function onGrid(values: readonly number[], hour: number): number {
  const place = Math.min(values.length - 2, Math.max(0, Math.floor(hour)));
  const [low, high] = [values[place] as number, values[place + 1] as number];
  return low + (high - low) * Math.min(1, Math.max(0, hour - place));
}

/** 0 … 1 up over a period, then back at once. */
export const saw = (hour: number, period: number, phase: number): number => (hour / period + phase) % 1;

/** −1 … 1, highest at `peak` o'clock. */
export const dayWave = (hour: number, peak: number): number => Math.cos(((hour - peak) / 24) * 2 * Math.PI);

const modulo = (value: number, by: number): number => ((value % by) + by) % by;

/** Five days of each seven; one of the Mondays begins at `monday`. */
export const isWorkday = (hour: number, monday: number): boolean => modulo(hour - monday, 168) < 5 * 24;

/** The hours after `opens`, each day. */
export const isOfficeHour = (hour: number, opens: number, lasts = 10): boolean => modulo(hour - opens, 24) < lasts;

/** Each day's own factor, of mean 1. */
export function perDay(random: Random, days: number, spread: number): Course {
  const factors = Array.from({ length: days + 3 }, () => Math.exp(spread * normal(random) - spread ** 2 / 2));
  return (hour) => factors[Math.floor(hour / 24)] ?? 1;
}

export const anyHour = (random: Random): number => between(random, 0, 24);
