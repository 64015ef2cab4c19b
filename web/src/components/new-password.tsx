/** Fields of the first sign-in with a temporary password: the new password, and attributes that the account lacks. */
import type { JSX } from 'preact';

interface NewPasswordProps {
  readonly email: string;
  readonly password: string;
  readonly onPassword: (password: string) => void;
  readonly attributes: Readonly<Record<string, string>>;
  readonly onAttribute: (name: string, value: string) => void;
}

export function NewPassword({ email, password, onPassword, attributes, onAttribute }: NewPasswordProps): JSX.Element {
  return (
    <>
      <p>The password of {email} is temporary. Choose the password that you want to use from now on.</p>
      <label class="field">
        New password
        <input
          required
          type="password"
          autoComplete="new-password"
          value={password}
          onInput={(event) => onPassword(event.currentTarget.value)}
        />
      </label>
      {Object.entries(attributes).map(([name, value]) => (
        <label class="field" key={name}>
          {attributeLabel(name)}
          <input required value={value} onInput={(event) => onAttribute(name, event.currentTarget.value)} />
        </label>
      ))}
    </>
  );
}

/** Returns the label of an attribute of the user pool: `phone_number` becomes "Phone number". */
export function attributeLabel(name: string): string {
  if (name === 'name') {
    return 'Your name';
  }
  const words = name.replace(/^custom:/, '').replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
