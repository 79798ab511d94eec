package dev.tern.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/** A page as a test reads it: it must be well-formed and load nothing. */
public final class Page {
    private final Document document;

    private Page(Document document) {
        this.document = document;
    }

    public static Page parse(String html) {
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            Page page = new Page(factory.newDocumentBuilder().parse(new InputSource(new StringReader(html))));
            page.requireSelfContained();
            return page;
        } catch (ParserConfigurationException | SAXException | IOException e) {
            throw new AssertionError("not well-formed: " + e.getMessage(), e);
        }
    }

    /** The text of each element of this name, in order. */
    public List<String> texts(String element) {
        return elements(element).stream().map(Element::getTextContent).toList();
    }

    /** The captions of the plots, without the remark below each. */
    public List<String> captions() {
        return elements("figcaption").stream()
                .map(each -> each.getFirstChild().getTextContent())
                .toList();
    }

    /** How many points each line of the plot with this caption has. */
    public List<Integer> points(String caption) {
        Element figure = elements("figure").stream()
                .filter(each -> each.getElementsByTagName("figcaption")
                        .item(0)
                        .getTextContent()
                        .startsWith(caption))
                .findFirst()
                .orElseThrow();
        return list(figure.getElementsByTagName("polyline")).stream()
                .map(each -> each.getAttribute("points"))
                .map(each -> each.isEmpty() ? 0 : each.split(" ", -1).length)
                .toList();
    }

    /** The rows of the table at this place, heads included. */
    public List<String> rows(int table) {
        Element element = elements("table").get(table);
        return list(element.getElementsByTagName("tr")).stream()
                .map(row -> String.join(
                        " | ", list(row).stream().map(Element::getTextContent).toList()))
                .toList();
    }

    private void requireSelfContained() {
        for (Element each : elements("*")) {
            assertThat(each.getTagName()).isNotIn("script", "link", "img", "iframe", "object", "embed", "base");
            for (String attribute : List.of("src", "href", "xlink:href", "data", "srcset", "poster", "style")) {
                assertThat(each.hasAttribute(attribute)).as(attribute).isFalse();
            }
        }
        assertThat(String.join("", texts("style"))).doesNotContain("url(", "@import", "http");
    }

    private List<Element> elements(String name) {
        return list(document.getElementsByTagName(name));
    }

    private static List<Element> list(Element parent) {
        return list(parent.getChildNodes());
    }

    private static List<Element> list(NodeList nodes) {
        List<Element> elements = new ArrayList<>();
        for (int i = 0; i < nodes.getLength(); i++) {
            Node node = nodes.item(i);
            if (node instanceof Element element) {
                elements.add(element);
            }
        }
        return elements;
    }
}
