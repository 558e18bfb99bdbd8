using System.Text.RegularExpressions;
using System.Xml.Linq;
using Snaptree.Model;

namespace Snaptree.Formats;

/// <summary>Reads one <c>interface</c>.</summary>
internal sealed partial class InterfaceReader(Findings findings)
{
    /// <summary>Null when the interface is of a kind that is not realised; it is noted then.</summary>
    internal NetworkInterface? Read(XElement element)
    {
        var type = Values.Attribute(element, "type");
        if (type != "user")
        {
            // type='null' too: the model cannot say "no network", and a guest that asked for none must not get one.
            findings.Add($"devices/interface[@type='{type}']");
            return null;
        }

        findings.Others(element, "devices/interface", ["type"], ["mac", "model", "alias", "target", "boot", "link"]);
        findings.AddIf(Values.Attribute(Values.Single(element, "link"), "state") is not (null or "up"), "devices/interface/link");
        return new NetworkInterface(ReadModel(element), ReadMac(element));
    }

    private static string ReadModel(XElement element) =>
        Values.Word(Values.Attribute(Values.Single(element, "model"), "type") ?? "virtio", "model of a network interface");

    private static string? ReadMac(XElement element) => Values.Attribute(Values.Single(element, "mac"), "address") switch
    {
        null => null,
        var mac when MacRule().IsMatch(mac) => mac.ToLowerInvariant(),
        var wrong => throw XmlErrors.Wrong($"<interface>: '{wrong}' is no MAC address", "Write it as 52:54:00:12:34:56."),
    };

    [GeneratedRegex(@"\A[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){5}\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex MacRule();
}
