using System.Xml.Linq;
using Snaptree.Model;

namespace Snaptree.Formats;

/// <summary>Reads <c>channel</c>. Only the guest agent's can be realised, and only one.</summary>
internal sealed class ChannelReader(Findings findings)
{
    private const string Path = "devices/channel";

    internal AgentChannel? ReadAgent(XElement devices)
    {
        AgentChannel? agent = null;
        foreach (var channel in devices.Elements("channel"))
        {
            if (!IsAgent(channel) || agent is not null)
            {
                findings.Add(Path);
                continue;
            }

            agent = Read(channel);
        }

        return agent;
    }

    private static bool IsAgent(XElement channel) =>
        Values.Attribute(channel, "type") == "unix"
        && Values.Single(channel, "target") is { } target
        && (Values.Attribute(target, "type"), Values.Attribute(target, "name")) == ("virtio", AgentChannel.PortName);

    private AgentChannel Read(XElement channel)
    {
        findings.Others(channel, Path, ["type"], ["source", "target", "alias"]);
        findings.Others(Values.Single(channel, "target")!, $"{Path}/target", ["type", "name", "state"], []);
        if (Values.Single(channel, "source") is not { } source)
        {
            return new AgentChannel(SocketPath: null);
        }

        findings.Others(source, $"{Path}/source", ["mode", "path"], []);
        findings.AddIf(Values.Attribute(source, "mode") is not (null or "bind"), $"{Path}/source/@mode");
        return new AgentChannel(Values.Attribute(source, "path") is { } path ? Values.AbsolutePath(path, $"{Path}/source") : null);
    }
}
