// The built command by its name, as a global install has it: hints say `trm`.
import '../../dist/cli/main.js';
