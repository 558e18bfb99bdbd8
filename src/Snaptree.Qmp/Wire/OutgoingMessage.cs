using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Snaptree.Qmp.Wire;

/// <summary>One encoded command, with the file descriptor that travels with it, if any.</summary>
internal sealed class OutgoingMessage(string command, ReadOnlyMemory<byte> bytes, SafeHandle? descriptor)
{
    public string Command => command;

    public ReadOnlyMemory<byte> Bytes => bytes;

    public SafeHandle? Descriptor => descriptor;

    /// <summary>True from the moment its first byte may have reached the server.</summary>
    public bool IsStarted { get; set; }

    public static OutgoingMessage Encode(long id, string command, JsonObject? arguments, SafeHandle? descriptor)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("execute"u8, command);
            if (arguments is not null)
            {
                json.WritePropertyName("arguments"u8);
                arguments.WriteTo(json);
            }

            json.WriteNumber("id"u8, id);
            json.WriteEndObject();
        }

        buffer.Write("\r\n"u8);
        return new OutgoingMessage(command, buffer.WrittenMemory, descriptor);
    }
}
