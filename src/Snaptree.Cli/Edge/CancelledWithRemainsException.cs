namespace Snaptree.Cli.Edge;

/// <summary>The user cancelled, and not everything is as it was before: the message says what is left.</summary>
internal sealed class CancelledWithRemainsException(string message) : Exception(message);
