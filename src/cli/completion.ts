/** `trm completion`: a script that completes commands, options and their values in a shell, made from the commands themselves. */

import { Argument, Command } from 'commander';
import { shippedModels } from '../interop/node/source.ts';
import { recipeNames, shippedNames } from './support/config-file.ts';
import { bashScript, type CompletedCommand, fishScript, zshScript } from './terminal/completion-scripts.ts';

const scripts = { bash: bashScript, zsh: zshScript, fish: fishScript };

/** @param program the whole command, read when the script is asked for. */
export function completionCommand(program: Command): Command {
  return new Command('completion')
    .description('print a script for a shell that completes commands, options and files')
    .addArgument(new Argument('<shell>', 'which shell').choices(Object.keys(scripts)))
    .addHelpText(
      'after',
      '\nExamples:\n' +
        '  trm completion bash > ~/.local/share/bash-completion/completions/trm\n' +
        '  trm completion zsh > "$fpath[1]/_trm"\n' +
        '  trm completion fish > ~/.config/fish/completions/trm.fish\n',
    )
    .action((shell: keyof typeof scripts) => {
      process.stdout.write(scripts[shell](completed(program, '')));
    });
}

/** Names that an argument or option takes beside files, by what it is called. */
function namesFor(called: string): readonly string[] {
  if (called === 'config' || called === 'recipe') return recipeNames();
  if (called === 'sweep') return shippedNames('sweeps');
  return ['run', 'runs', 'source', 'init'].includes(called) ? [...shippedModels().keys()] : [];
}

function completed(command: Command, above: string): CompletedCommand {
  const help = command.createHelp();
  const path = `${above} ${command.name()}`.trim();
  return {
    path,
    about: command.description(),
    commands: help.visibleCommands(command).map((one) => completed(one, path)),
    options: help.visibleOptions(command).map((option) => ({
      flags: [option.short, option.long].filter((flag) => flag !== undefined),
      about: option.description,
      takesValue: option.required || option.optional,
      repeats: option.variadic,
      choices: option.argChoices ?? [],
      names: namesFor(option.attributeName()),
      files: /[<[](file|folders?|path|run|source)[>\]]/.test(option.flags),
    })),
    arguments: command.registeredArguments.map((argument) => ({
      name: argument.name(),
      repeats: argument.variadic,
      choices: argument.argChoices ?? [],
      names: namesFor(argument.name()),
      files: argument.argChoices === undefined,
    })),
  };
}
