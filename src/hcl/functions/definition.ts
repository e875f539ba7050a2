// What a function is: its description for people and editors, its types, and its implementation.
import { fail, type Result } from "../../base/result.ts";
import type { Budget } from "../budget.ts";
import type { Diagnostic, WithDiagnostics } from "../diagnostic.ts";
import type { SourceText } from "../source.ts";
import type { Expression } from "../syntax.ts";
import type { Type, Value } from "../value.ts";

export type FunctionCategory =
  | "collection"
  | "conversion"
  | "cryptography"
  | "date"
  | "encoding"
  | "file"
  | "network"
  | "numeric"
  | "string"
  | "uuid";

export interface Parameter {
  readonly name: string;
  /** Arguments are converted to this type before the call; `dynamic` takes any value as it is. */
  readonly type: Type;
  /** One sentence for signature help. */
  readonly description: string;
  /** Without it a null argument is an error. */
  readonly allowNull?: true;
  /** Without it an unknown argument makes the result unknown, and the implementation is not called. */
  readonly allowUnknown?: true;
  /** Without it an argument of undecided type makes the result undecided. */
  readonly allowDynamic?: true;
}

/** Why a call failed: about one argument, or about the call. The text continues "upper: …". */
export interface FunctionError {
  readonly reason: string;
  /** Index of the argument at fault. */
  readonly argument?: number;
}

export type FunctionResult<T = Value> = Result<T, FunctionError>;

/** Where file functions read. */
export interface FileAccess {
  /** The folder that relative paths start at. */
  readonly root: string;
  /** What `~` stands for. */
  readonly home: string;
}

/** What a call knows besides its arguments. */
export interface CallContext {
  /** The type that `resultType` decided on. */
  readonly returnType: Type;
  readonly budget: Budget;
  /** Absent where functions may not look at the file system. */
  readonly files: FileAccess | undefined;
}

interface Described {
  readonly name: string;
  readonly category: FunctionCategory;
  /** One or two sentences for hover. */
  readonly description: string;
  readonly parameters: readonly Parameter[];
  /** Takes all further arguments. */
  readonly variadic?: Parameter;
  /** What comes out; `dynamic` where it depends on the arguments. */
  readonly returnType: Type;
}

export interface EagerFunction extends Described {
  readonly kind: "eager";
  /** Decides the type of the result from the arguments, which may be unknown; without it, it is `returnType`. */
  readonly resultType?: (args: readonly Value[]) => FunctionResult<Type>;
  readonly implementation: (args: readonly Value[], call: CallContext) => FunctionResult;
}

/** An argument of a lazy function: an expression not yet evaluated, or a value that `...` expanded. */
export type LazyArgument = { readonly expression: Expression } | { readonly value: Value };

export interface LazyCallContext {
  readonly budget: Budget;
  /** The file that the arguments' ranges count in. */
  readonly source: SourceText;
  /** Evaluates one argument where the call stands; its diagnostics are the function's to keep or drop. */
  readonly evaluate: (argument: LazyArgument) => WithDiagnostics<Value>;
}

/** What a lazy call found: a value or an error, and diagnostics of arguments that belong to the caller. */
export interface LazyResult {
  readonly result: FunctionResult;
  readonly diagnostics: readonly Diagnostic[];
}

/** A function that looks at its arguments' expressions: try, can, convert. */
export interface LazyFunction extends Described {
  readonly kind: "lazy";
  readonly implementation: (args: readonly LazyArgument[], call: LazyCallContext) => LazyResult;
}

export type FunctionDefinition = EagerFunction | LazyFunction;

/** Functions by name. */
export type FunctionTable = Pick<
  ReadonlyMap<string, FunctionDefinition>,
  "get" | "keys" | "values" | typeof Symbol.iterator
>;

export const callError = (reason: string): { readonly ok: false; readonly error: FunctionError } => fail({ reason });
export const argumentError = (
  argument: number,
  reason: string,
): { readonly ok: false; readonly error: FunctionError } => fail({ reason, argument });
