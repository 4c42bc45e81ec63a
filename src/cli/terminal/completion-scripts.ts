/**
 * Completion scripts for three shells from one description of the commands. They are static: a TAB starts no Node.
 * (commander makes none, and the libraries for it do not complete files, of which these commands take many.)
 */

export interface CompletedCommand {
  /** With those above it: `trm data build`. */
  readonly path: string;
  readonly about: string;
  readonly commands: readonly CompletedCommand[];
  readonly options: readonly CompletedOption[];
  readonly arguments: readonly CompletedValue[];
}

interface CompletedValue {
  readonly name: string;
  readonly repeats: boolean;
  /** What it has to be one of. */
  readonly choices: readonly string[];
  /** What it may be beside a file. */
  readonly names: readonly string[];
  /** Whether it may be a file or a folder. */
  readonly files: boolean;
}

interface CompletedOption extends Omit<CompletedValue, 'name'> {
  /** `--data`, or `-h` and `--help`. */
  readonly flags: readonly string[];
  readonly about: string;
  readonly takesValue: boolean;
}

/** A command and all below it. */
function everyOne(command: CompletedCommand): CompletedCommand[] {
  return [command, ...command.commands.flatMap(everyOne)];
}

/** In single quotes for a POSIX shell. */
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

const groupsBelow = (program: CompletedCommand): string[] =>
  everyOne(program).flatMap(({ commands }) => commands.map(({ path }) => path));

const valuesOf = ({ choices, names }: Pick<CompletedValue, 'choices' | 'names'>): string[] => [
  ...choices,
  ...names,
];

export function bashScript(program: CompletedCommand): string {
  const all = everyOne(program);
  const afterOption = all.flatMap(({ path, options }) =>
    options.flatMap((option) =>
      option.takesValue
        ? [
            `    ${option.flags.map((flag) => quoted(`${path} ${flag}`)).join('|')}) words=${quoted(valuesOf(option).join(' '))} files=${option.files ? 1 : ''} ;;`,
          ]
        : [],
    ),
  );
  const places = all.map(({ path, commands, options, arguments: taken }) => {
    const flags = options.flatMap((option) => option.flags).join(' ');
    const words = [...commands.map((one) => one.path.split(' ').at(-1)!), ...taken.flatMap(valuesOf)].join(
      ' ',
    );
    const files = taken.some(({ files }) => files) ? 1 : '';
    return `      ${quoted(path)}) words=${quoted(words)} flags=${quoted(flags)} files=${files} ;;`;
  });
  return `# bash completion for trm; made by: trm completion bash
_trm() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} path=trm words= flags= files= i
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$path \${COMP_WORDS[i]}" in
      ${groupsBelow(program).map(quoted).join('|')}) path="$path \${COMP_WORDS[i]}" ;;
    esac
  done
  case "$path $prev" in
${afterOption.join('\n')}
    *)
      case "$path" in
${places.map((place) => `  ${place}`).join('\n')}
      esac
      [[ $cur == -* ]] && words=$flags files= ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
  if [[ $files ]]; then
    compopt -o filenames 2>/dev/null
    local IFS=$'\\n'
    COMPREPLY+=($(compgen -f -- "$cur"))
  fi
}
complete -F _trm trm
`;
}

export function zshScript(program: CompletedCommand): string {
  const functions = everyOne(program).map((command) => {
    const specs = command.options.flatMap(zshOption);
    if (command.commands.length > 0) {
      const names = command.commands.map(({ path, about }) =>
        quoted(`${path.split(' ').at(-1)}:${escaped(about)}`),
      );
      const calls = command.commands.map(
        ({ path }) => `      ${path.split(' ').at(-1)}) ${functionOf(path)} ;;`,
      );
      return `${functionOf(command.path)}() {
  local -a commands=(${names.join(' ')})
  local curcontext=$curcontext state line
  _arguments -C ${specs.join(' ')} '1:command:->command' '*::argument:->rest'
  case $state in
    command) _describe command commands ;;
    rest) case $line[1] in
${calls.join('\n')}
    esac ;;
  esac
}`;
    }
    const places = command.arguments.map((taken, i) =>
      quoted(`${taken.repeats ? '*' : i + 1}:${taken.name}:${zshValues(taken)}`),
    );
    return `${functionOf(command.path)}() {\n  _arguments ${[...specs, ...places].join(' \\\n    ')}\n}`;
  });
  return `#compdef trm
# zsh completion for trm; made by: trm completion zsh
${[...zshNamesFunctions(program), ...functions].join('\n')}
if [[ $funcstack[1] == _trm ]]; then _trm "$@"; else compdef _trm trm; fi
`;
}

const functionOf = (path: string): string => `_${path.replaceAll(' ', '_')}`;

const escaped = (text: string): string => text.replace(/[[\]:\\]/g, '\\$&').replaceAll('\n', ' ');

function zshOption({ flags, about, takesValue, repeats, ...values }: CompletedOption): string[] {
  const value = takesValue ? `:value:${zshValues(values)}` : '';
  return flags.map((flag) => quoted(`${repeats ? '*' : ''}${flag}[${escaped(about)}]${value}`));
}

function zshValues({ choices, names, files }: Omit<CompletedValue, 'name' | 'repeats'>): string {
  if (choices.length > 0) return `(${choices.join(' ')})`;
  if (names.length > 0) return zshNames(names);
  return files ? '_files' : ' ';
}

/** Function that offers names beside files: a specification of `_arguments` has no room for its colons. */
const zshNames = (names: readonly string[]): string => `_trm_names_${names.join('_').replace(/\W/g, '')}`;

function zshNamesFunctions(program: CompletedCommand): string[] {
  const lists = everyOne(program).flatMap(({ options, arguments: taken }) =>
    [...options, ...taken].map(({ names }) => names),
  );
  const functions = lists
    .filter((names) => names.length > 0)
    .map(
      (names) =>
        `${zshNames(names)}() { _alternative 'names:name:(${names.join(' ')})' 'files:file:_files' }`,
    );
  return [...new Set(functions)];
}

export function fishScript(program: CompletedCommand): string {
  const lines = everyOne(program).flatMap(({ path, commands, options, arguments: taken }) => {
    const here = `complete -c trm -n ${fish(`test (__trm_path) = ${fish(path, '"')}`)}`;
    const takesFiles = taken.some(({ files }) => files);
    return [
      ...(takesFiles ? [] : [`${here} -f`]),
      ...commands.map((one) => `${here} -a ${one.path.split(' ').at(-1)} -d ${fish(one.about)}`),
      ...taken
        .map(valuesOf)
        .flatMap((values) => (values.length > 0 ? [`${here} -a ${fish(values.join(' '))}`] : [])),
      ...options.map((option) => {
        const flags = option.flags.map((flag) =>
          flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`,
        );
        const values = valuesOf(option);
        const value = option.takesValue
          ? ` ${option.files ? '-r' : '-x'}${values.length > 0 ? ` -a ${fish(values.join(' '))}` : ''}`
          : '';
        return `${here} ${flags.join(' ')}${value} -d ${fish(option.about)}`;
      }),
    ];
  });
  return `# fish completion for trm; made by: trm completion fish
function __trm_path
  set -l path trm
  for word in (commandline -opc)[2..]
    if contains -- "$path $word" ${groupsBelow(program)
      .map((path) => fish(path))
      .join(' ')}
      set path "$path $word"
    end
  end
  echo $path
end
${lines.join('\n')}
`;
}

/** In quotes for fish, where a backslash escapes within them. */
const fish = (text: string, mark = "'"): string =>
  `${mark}${text.replaceAll('\n', ' ').replace(/[\\']/g, '\\$&')}${mark}`;
