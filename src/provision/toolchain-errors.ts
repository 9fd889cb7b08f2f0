import { ExitCode, MillraceError } from '../errors.js';

const JAVA_HINT =
  'Install Java 17, 21 or 25 (Debian, Ubuntu: `sudo apt install openjdk-17-jre-headless`; macOS: `brew install openjdk@17`), or set JAVA_HOME to one that is there.';

const PYTHON_HINT =
  'Install Python 3.10 or later (Debian, Ubuntu: `sudo apt install python3 python3-venv`; macOS: `brew install python@3.13`).';

export class JavaMissingError extends MillraceError {
  readonly code = 'JAVA_MISSING';
  readonly exitCode = ExitCode.Prerequisite;
  readonly hint = JAVA_HINT;

  constructor(reason: string, options?: ErrorOptions) {
    super(`No Java to run Kafka and Spark with: ${reason}`, options);
  }
}

export class JavaUnsupportedError extends MillraceError {
  readonly code = 'JAVA_UNSUPPORTED';
  readonly exitCode = ExitCode.Prerequisite;
  readonly hint = JAVA_HINT;

  constructor(
    readonly version: string,
    readonly path: string,
  ) {
    super(`Java ${version} at ${path} does not run Kafka and Spark; they need 17, 21 or 25`);
  }
}

export class PythonMissingError extends MillraceError {
  readonly code = 'PYTHON_MISSING';
  readonly exitCode = ExitCode.Prerequisite;

  constructor(
    reason: string,
    readonly hint: string = PYTHON_HINT,
    options?: ErrorOptions,
  ) {
    super(`No Python to run jobs with: ${reason}`, options);
  }
}

/** Python itself is fine, but it cannot make a virtual environment: Debian ships that part as a package of its own. */
export class VenvModuleMissingError extends PythonMissingError {
  constructor(
    readonly version: string,
    readonly path: string,
  ) {
    super(
      `Python ${version} at ${path} cannot make virtual environments`,
      'Install that part (Debian, Ubuntu: `sudo apt install python3-venv`).',
    );
  }
}
