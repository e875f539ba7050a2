export interface ScanRecovery {
  openBrace(text: string, at: number): void;
  closeBrace(): void;
  markerEnd(text: string, at: number, marker: string): number;
}
export function findHeredocLimit(_s: unknown, _r: ScanRecovery, _m: string, _at: number, outer: number): number {
  return outer;
}
export function interpolationEndsAtLine(_t: string, _at: number, _b: number): boolean {
  return false;
}
