namespace Snaptree.Cli.Virsh;

/// <summary>What was typed is no command; the message is virsh's. Nothing of what stands with it is run.</summary>
internal sealed class VirshSyntaxException(string message) : Exception(message);
