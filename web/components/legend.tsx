/** What marks mean, each beside its look. */
export function Legend({ of }: { of: Readonly<Record<string, string>> }) {
  return (
    <p class="legend note">
      {Object.entries(of).map(([look, meaning]) => (
        <span key={look}>
          <i class={`key ${look}`} /> {meaning}
        </span>
      ))}
    </p>
  );
}
