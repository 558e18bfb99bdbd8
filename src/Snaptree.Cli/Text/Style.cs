namespace Snaptree.Cli.Text;

/// <summary>How text is dressed: width in cells, colours or none, box-drawing characters or ASCII.</summary>
internal sealed record Style(int Width, bool Color, bool Unicode)
{
    private const string Reset = "\e[0m";

    /// <summary>Plain ASCII of the usual width, as on a pipe.</summary>
    public static Style Plain { get; } = new(80, Color: false, Unicode: false);

    public string Ellipsis => Unicode ? "…" : "...";

    public string Bold(string text) => Dress(text, "\e[1m");

    public string Dim(string text) => Dress(text, "\e[2m");

    public string Good(string text) => Dress(text, "\e[32m");

    public string Warn(string text) => Dress(text, "\e[33m");

    public string Bad(string text) => Dress(text, "\e[31m");

    private string Dress(string text, string code) => Color && text.Length > 0 ? code + text + Reset : text;
}
