using System.Buffers;
using System.Text;
using System.Text.Unicode;
using Snaptree.Model;

namespace Snaptree.Formats;

/// <summary>The text of a document that came as bytes.</summary>
internal static class XmlBytes
{
    private const int Shown = 4;

    /// <exception cref="SnapshotException">
    /// <see cref="ErrorCode.Xml"/>: longer than any document that is read; <see cref="ErrorCode.XmlDetail"/>: not UTF-8.
    /// </exception>
    internal static string Decode(ReadOnlySpan<byte> bytes, string root, string label)
    {
        // Looked at before anything is made of it: a document that is too long costs nothing.
        if (bytes.Length > XmlInput.MostBytes)
        {
            throw XmlErrors.Wrong(
                $"the <{root}> document has {bytes.Length} bytes; at most {XmlInput.MostBytes} are read",
                "Give the document itself, not a disk image or a log.");
        }

        var text = bytes.StartsWith(Encoding.UTF8.Preamble) ? bytes[Encoding.UTF8.Preamble.Length..] : bytes;
        return Utf8.IsValid(text) ? Encoding.UTF8.GetString(text) : throw NotText(text, FirstBroken(text), label);
    }

    private static int FirstBroken(ReadOnlySpan<byte> bytes)
    {
        var at = 0;
        while (Rune.DecodeFromUtf8(bytes[at..], out _, out var used) == OperationStatus.Done)
        {
            at += used;
        }

        return at;
    }

    private static SnapshotException NotText(ReadOnlySpan<byte> bytes, int at, string label)
    {
        var shown = new StringBuilder();
        foreach (var value in bytes.Slice(at, Math.Min(Shown, bytes.Length - at)))
        {
            shown.Append($" 0x{value:X2}");
        }

        // A broken byte stands for itself in the excerpt; on a terminal it is shown as a replacement character.
        var text = Encoding.UTF8.GetString(bytes);
        var position = Encoding.UTF8.GetCharCount(bytes[..at]);
        return new SnapshotException(
            ErrorCode.XmlDetail,
            new XmlFault(position, $"Input is not proper UTF-8, indicate encoding !\nBytes:{shown}").Report(text, label),
            "Save the document as UTF-8 and try again.");
    }
}
