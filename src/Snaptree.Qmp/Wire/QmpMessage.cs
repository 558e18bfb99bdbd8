using System.Text.Json;

namespace Snaptree.Qmp.Wire;

/// <summary>What a server can say, except the greeting.</summary>
internal abstract record QmpMessage
{
    private QmpMessage()
    {
    }

    /// <summary>An event; the spec allows one between any two other messages.</summary>
    public sealed record Happened(QmpEvent Event) : QmpMessage;

    /// <summary>A command succeeded.</summary>
    public sealed record Returned(long Id, JsonElement Value) : QmpMessage;

    /// <summary>A command was refused.</summary>
    public sealed record Refused(long Id, string Class, string Description, string Raw) : QmpMessage;
}
